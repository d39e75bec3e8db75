/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients.Reload;

/**
 * An HTTP client that can be exchanged for one with another SSL bundle. Requests in
 * flight end with the client they began with, which is closed after the last of them.
 * Thread-safe.
 */
final class ReloadableClient implements ClientHttpRequestFactory {

	private final Function<@Nullable SslBundle, ClientHttpRequestFactory> factory;

	private final Set<CountedClient> open = ConcurrentHashMap.newKeySet();

	/** Keeps the request until it is sent: only then is it known which client does. */
	private final ClientHttpRequestFactory requests;

	private volatile CountedClient current;

	/**
	 * Create a client.
	 * @param factory makes an HTTP client with an SSL bundle
	 * @param interceptors see all requests
	 * @param bundle the first SSL bundle, or {@code null} for none
	 */
	ReloadableClient(Function<@Nullable SslBundle, ClientHttpRequestFactory> factory,
			List<ClientHttpRequestInterceptor> interceptors, @Nullable SslBundle bundle) {
		this.factory = factory;
		this.requests = new InterceptingClientHttpRequestFactory(this::begin, interceptors);
		this.current = open(bundle);
	}

	private CountedClient open(@Nullable SslBundle bundle) {
		CountedClient client = new CountedClient(this.factory.apply(bundle), this.open::remove);
		this.open.add(client);
		return client;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		return this.requests.createRequest(uri, httpMethod);
	}

	private ClientHttpRequest begin(URI uri, HttpMethod httpMethod) throws IOException {
		CountedClient client = this.current;
		while (!client.use()) {
			client = this.current;
		}
		return client.request(uri, httpMethod);
	}

	/**
	 * Make a client with another SSL bundle, to be used for new requests. Not to be
	 * called, nor completed, by two threads at once.
	 */
	Reload reload(SslBundle bundle) {
		CountedClient next = open(bundle);
		return new Reload(() -> use(next), next::release);
	}

	private void use(CountedClient next) {
		CountedClient previous = this.current;
		this.current = next;
		previous.release();
	}

	/**
	 * Close all clients at once, requests in flight or not.
	 */
	void close() {
		this.open.forEach(CountedClient::close);
	}

}
