/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
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

/**
 * Reads each response up to a size as soon as it is there, and lets its connection go:
 * what looks at it later sees UTF-8 text, whatever was sent.
 */
final class BodyReader implements ClientHttpRequestInterceptor {

	private static final Pattern CHARSET = Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)",
			Pattern.CASE_INSENSITIVE);

	private static final String ASK = "Ask the operator of the authorization server";

	private final TokenEndpointFailures failures;

	private final int maxSize;

	/**
	 * Create a reader.
	 * @param failures says what is wrong with a body
	 * @param maxSize the largest body, as it was sent and decoded, in bytes
	 */
	BodyReader(TokenEndpointFailures failures, int maxSize) {
		this.failures = failures;
		this.maxSize = maxSize;
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
		byte[] decoded = decoded(sent, response.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING), status);
		return text(decoded, response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE), status);
	}

	private byte[] sent(ClientHttpResponse response, int status) throws IOException {
		try {
			byte[] body = bytes(response.getBody(), status);
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
			// Others decode with the stream that gunzipped() avoids.
			abort(response);
			throw new ZipException();
		}
	}

	/**
	 * One byte after the other: the streams of some HTTP clients wait until an array is
	 * full and heed no interrupt, so a slow body would outlive its flight.
	 */
	private byte[] bytes(InputStream stream, int status) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int next = stream.read(); next >= 0; next = stream.read()) {
			if (Thread.currentThread().isInterrupted()) {
				throw new InterruptedIOException();
			}
			if (bytes.size() == this.maxSize) {
				throw this.failures.unusable("the response exceeds " + this.maxSize + " bytes",
						"Check that token-uri is a token endpoint, or raise http.max-response-size", status);
			}
			bytes.write(next);
		}
		return bytes.toByteArray();
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

	/**
	 * Not every HTTP client decodes what a server encodes without being asked.
	 */
	private byte[] decoded(byte[] body, @Nullable String encoding, int status) throws IOException {
		if (body.length == 0 || encoding == null || encoding.isBlank()) {
			return body;
		}
		// Some servers leave out the header of deflate (RFC 9110 section 8.4.1.2).
		Inflater inflater = new Inflater((body[0] & 0x0f) != 8);
		try {
			return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
				case "identity" -> body;
				case "gzip", "x-gzip" -> gunzipped(body, inflater, status);
				case "deflate" -> bytes(new InflaterInputStream(new ByteArrayInputStream(body), inflater), status);
				default -> throw this.failures.unusable("the response has the unsupported Content-Encoding "
						+ this.failures.text().quoted(encoding.strip()), ASK, status);
			};
		}
		catch (InterruptedIOException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw this.failures.unusable("the response is compressed and damaged",
					"Check the authorization server and what stands before it", status);
		}
		finally {
			inflater.end();
		}
	}

	/**
	 * The first member. The JDK's stream reads its header only: for each empty member
	 * behind it that stream calls itself, until the stack overflows.
	 */
	private byte[] gunzipped(byte[] body, Inflater inflater, int status) throws IOException {
		InputStream stream = new ByteArrayInputStream(body);
		new GZIPInputStream(stream).close();
		int start = body.length - stream.available();
		byte[] decoded = bytes(new InflaterInputStream(stream, inflater), status);
		int end = start + (int) inflater.getBytesRead();
		CRC32 checksum = new CRC32();
		checksum.update(decoded);
		ByteBuffer trailer = ByteBuffer.wrap(Arrays.copyOfRange(body, end, end + 8)).order(ByteOrder.LITTLE_ENDIAN);
		if (trailer.getInt() != (int) checksum.getValue() || trailer.getInt() != decoded.length) {
			throw new ZipException();
		}
		return decoded;
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
