/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;

/**
 * Reads each response up to a size as soon as it is there, and lets its connection go:
 * what looks at it later sees UTF-8 text, whatever was sent.
 */
public final class BodyReader implements ClientHttpRequestInterceptor {

	private static final Pattern CHARSET = Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)",
			Pattern.CASE_INSENSITIVE);

	private static final String ASK = "Ask the operator of the authorization server";

	private final TokenEndpointFailures failures;

	private final ContentReader content;

	/**
	 * Create a reader.
	 * @param failures says what is wrong with a body
	 * @param maxSize the largest body, as it was sent and decoded, in bytes
	 */
	public BodyReader(TokenEndpointFailures failures, int maxSize) {
		this.failures = failures;
		this.content = new ContentReader(failures, maxSize);
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		ClientHttpResponse response = execution.execute(request, body);
		HttpStatusCode status = status(response);
		HttpHeaders headers = response.getHeaders();
		try {
			return new TextResponse(status, headers, read(response, status.value()), null);
		}
		catch (TokenEndpointException | IOException ex) {
			return new TextResponse(status, headers, "", ex);
		}
	}

	private static HttpStatusCode status(ClientHttpResponse response) throws IOException {
		try {
			return response.getStatusCode();
		}
		catch (IllegalArgumentException ex) {
			abort(response);
			throw new ProtocolException("no HTTP status");
		}
	}

	private String read(ClientHttpResponse response, int status) throws IOException {
		byte[] sent = sent(response, status);
		byte[] decoded = this.content.decode(sent, response.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING),
				status);
		return text(decoded, response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE), status);
	}

	private byte[] sent(ClientHttpResponse response, int status) throws IOException {
		try {
			byte[] body = this.content.read(response.getBody(), status);
			response.close();
			if (body.length < response.getHeaders().getContentLength()) {
				// Not every HTTP client says so.
				throw new EOFException();
			}
			return body;
		}
		catch (IOException | TokenEndpointException ex) {
			abort(response);
			throw ex;
		}
		catch (RuntimeException ex) {
			// Some HTTP clients wrap what goes wrong while the body is read.
			abort(response);
			throw new IOException(ex);
		}
		catch (StackOverflowError ex) {
			// Others decode with the stream that ContentReader avoids.
			abort(response);
			throw new ZipException();
		}
	}

	/**
	 * Most responses read what is left before they let the connection go, unless the
	 * stream was closed before.
	 */
	private static void abort(ClientHttpResponse response) {
		try (response) {
			response.getBody().close();
		}
		catch (IOException | RuntimeException ex) {
			// The response is of no use any more.
		}
	}

	private String text(byte[] body, @Nullable String contentType, int status) {
		Matcher matcher = CHARSET.matcher((contentType != null) ? contentType : "");
		String name = matcher.find() ? matcher.group(1) : "UTF-8";
		try {
			String text = Charset.forName(name).newDecoder().decode(ByteBuffer.wrap(body)).toString();
			return text.startsWith("\ufeff") ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw this.failures.unusable("the response is not the " + name + " it should be", ASK, status);
		}
		catch (IllegalArgumentException ex) {
			throw this.failures.unusable("the response has the unknown charset " + this.failures.text().quoted(name),
					ASK, status);
		}
	}

	/**
	 * A response with text for a body, or with the reason why there is none. Its content
	 * type, if it has one, is valid and has no parameters.
	 */
	private static final class TextResponse implements ClientHttpResponse {

		private final HttpStatusCode status;

		private final HttpHeaders headers = new HttpHeaders();

		private final byte[] body;

		private final @Nullable Exception problem;

		TextResponse(HttpStatusCode status, HttpHeaders headers, String body, @Nullable Exception problem) {
			this.status = status;
			this.headers.putAll(headers);
			this.headers.remove(HttpHeaders.CONTENT_ENCODING);
			this.headers.remove(HttpHeaders.CONTENT_LENGTH);
			this.headers.setContentType(mediaType(headers.getFirst(HttpHeaders.CONTENT_TYPE)));
			this.body = body.getBytes(StandardCharsets.UTF_8);
			this.problem = problem;
		}

		/**
		 * Some servers send a content type that is none, or a range of them.
		 */
		private static @Nullable MediaType mediaType(@Nullable String contentType) {
			try {
				MediaType type = MediaType.parseMediaType((contentType != null) ? contentType.split(";", 2)[0] : "");
				return (type.isWildcardType() || type.isWildcardSubtype()) ? null : type;
			}
			catch (InvalidMediaTypeException ex) {
				return null;
			}
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public HttpStatusCode getStatusCode() {
			return this.status;
		}

		@Override
		public String getStatusText() {
			return "";
		}

		@Override
		public InputStream getBody() throws IOException {
			if (this.problem instanceof IOException ex) {
				throw ex;
			}
			if (this.problem instanceof TokenEndpointException ex) {
				throw ex;
			}
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public void close() {
		}

	}

}
