/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.http.BearerTokenInterceptor.Sent;

/**
 * Puts tokens on requests as a {@link BearerTokenInterceptor} does, and does not keep
 * their bodies in memory: what streams, streams. Therefore a request is never repeated. A
 * token that is answered with 401 is replaced for the next one. Thread-safe.
 */
public final class BearerTokenRequestFactory implements ClientHttpRequestFactory {

	private final ClientHttpRequestFactory delegate;

	private final BearerTokenInterceptor bearerToken;

	/**
	 * Decorate a request factory.
	 * @param delegate makes the requests
	 * @param bearerToken knows which token they get
	 */
	public BearerTokenRequestFactory(ClientHttpRequestFactory delegate, BearerTokenInterceptor bearerToken) {
		this.delegate = delegate;
		this.bearerToken = bearerToken;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
		return new BearerTokenRequest(this.delegate.createRequest(uri, method));
	}

	/**
	 * Send a request, and what redirects ask for, as far as that has no body.
	 * @param body whether the request has one
	 */
	private ClientHttpResponse execute(ClientHttpRequest request, HttpHeaders headers, boolean body)
			throws IOException {
		ClientHttpRequest last = request;
		HttpHeaders kept = headers;
		for (int count = 0;; count++) {
			Sent sent = this.bearerToken.execute(last, kept);
			Redirect redirect = sent.redirect();
			if (redirect == null || (redirect.withBody() && body) || count == Redirect.LIMIT) {
				return sent.response();
			}
			BearerTokenInterceptor.release(sent.response());
			last = this.delegate.createRequest(redirect.uri(), redirect.method());
			last.getAttributes().putAll(request.getAttributes());
			kept = redirect.withoutBody().headers(kept);
		}
	}

	/**
	 * Gets its token when it is executed, after everything else. Whoever looks at its
	 * headers sees none.
	 */
	private final class BearerTokenRequest implements ClientHttpRequest, StreamingHttpOutputMessage {

		private final ClientHttpRequest request;

		private final HttpHeaders headers = new HttpHeaders();

		/** Kept only for a request that cannot stream. */
		private @Nullable Body body;

		private boolean hasBody;

		BearerTokenRequest(ClientHttpRequest request) {
			this.request = request;
			this.headers.putAll(request.getHeaders());
		}

		@Override
		public ClientHttpResponse execute() throws IOException {
			if (this.body != null) {
				this.body.writeTo(getBody());
			}
			return BearerTokenRequestFactory.this.execute(this.request, this.headers, this.hasBody);
		}

		@Override
		public void setBody(Body body) {
			this.hasBody = true;
			if (this.request instanceof StreamingHttpOutputMessage streaming) {
				streaming.setBody(body);
			}
			else {
				this.body = body;
			}
		}

		@Override
		public OutputStream getBody() throws IOException {
			this.hasBody = true;
			return this.request.getBody();
		}

		@Override
		public HttpMethod getMethod() {
			return this.request.getMethod();
		}

		@Override
		public URI getURI() {
			return this.request.getURI();
		}

		@Override
		public Map<String, Object> getAttributes() {
			return this.request.getAttributes();
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
