/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;

/**
 * An HTTP client that is closed when nobody uses it any more. Thread-safe.
 */
final class CountedClient {

	private static final Log logger = LogFactory.getLog(CountedClient.class);

	private final ClientHttpRequestFactory client;

	private final ClientHttpRequestFactory requests;

	private final Consumer<CountedClient> closed;

	/** Requests in flight, and one use by whoever keeps the client for new ones. */
	private final AtomicInteger uses = new AtomicInteger(1);

	/**
	 * Create a client that is used once: by whoever creates it.
	 * @param client the HTTP client, which is destroyed if it can be
	 * @param closed told when it is closed
	 */
	CountedClient(ClientHttpRequestFactory client, Consumer<CountedClient> closed) {
		this.client = client;
		this.requests = new InterceptingClientHttpRequestFactory(client, List.of(this::send));
		this.closed = closed;
	}

	/**
	 * Begin to use the client, unless it was closed because nobody did.
	 */
	boolean use() {
		return this.uses.getAndUpdate((uses) -> (uses > 0) ? uses + 1 : 0) > 0;
	}

	/**
	 * A request that ends one use when its response is closed or it fails.
	 */
	ClientHttpRequest request(URI uri, HttpMethod method) throws IOException {
		return this.requests.createRequest(uri, method);
	}

	private ClientHttpResponse send(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		ClientHttpResponse response = null;
		try {
			response = new CountedResponse(execution.execute(request, body));
			return response;
		}
		finally {
			if (response == null) {
				release();
			}
		}
	}

	/**
	 * End one use.
	 */
	void release() {
		if (this.uses.decrementAndGet() == 0) {
			close();
		}
	}

	/**
	 * Close the client, even if somebody uses it.
	 */
	void close() {
		this.closed.accept(this);
		if (this.client instanceof DisposableBean disposable) {
			try {
				disposable.destroy();
			}
			catch (Exception ex) {
				logger.warn("An HTTP client of a token endpoint could not be closed", ex);
			}
		}
	}

	/**
	 * A response that counts as a use of the client until it is closed.
	 */
	private final class CountedResponse implements ClientHttpResponse {

		private final ClientHttpResponse response;

		private final AtomicBoolean open = new AtomicBoolean(true);

		CountedResponse(ClientHttpResponse response) {
			this.response = response;
		}

		@Override
		public HttpStatusCode getStatusCode() throws IOException {
			return this.response.getStatusCode();
		}

		@Override
		public String getStatusText() throws IOException {
			return this.response.getStatusText();
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.response.getHeaders();
		}

		@Override
		public InputStream getBody() throws IOException {
			return this.response.getBody();
		}

		@Override
		public void close() {
			try {
				this.response.close();
			}
			finally {
				if (this.open.compareAndSet(true, false)) {
					release();
				}
			}
		}

	}

}
