/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.util.function.Supplier;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;

/**
 * The HTTP engines an application may have.
 */
enum Engine {

	HTTP_COMPONENTS(ClientHttpRequestFactoryBuilder::httpComponents),

	JETTY(ClientHttpRequestFactoryBuilder::jetty),

	REACTOR(ClientHttpRequestFactoryBuilder::reactor),

	JDK(ClientHttpRequestFactoryBuilder::jdk),

	SIMPLE(ClientHttpRequestFactoryBuilder::simple);

	private final Supplier<ClientHttpRequestFactoryBuilder<?>> builder;

	Engine(Supplier<ClientHttpRequestFactoryBuilder<?>> builder) {
		this.builder = builder;
	}

	ClientHttpRequestFactoryBuilder<?> builder() {
		return this.builder.get();
	}

}
