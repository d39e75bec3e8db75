/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * An engine that the application made itself, of which nothing is known.
 */
record OwnEngine(ClientHttpRequestFactoryBuilder<?> builder) implements HttpEngine {

	@Override
	public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
			boolean temporary) {
		if (proxy != null) {
			throw new InvalidHttpSettingsException("http.proxy.host",
					"is set, but the HTTP engine is one that the application made itself",
					"Have the ClientHttpRequestFactoryBuilder bean set the proxy, or make one of Spring Boot's");
		}
		return this.builder.build(settings);
	}

	@Override
	public boolean takes(HttpClientSettings settings) {
		return false;
	}

}
