/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;

import org.eclipse.jetty.client.HttpClient;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Makes HTTP clients with the engine of the application. What an engine needs beyond the
 * settings that Spring Boot has for all of them is in a class of its own, which is loaded
 * only where that engine is.
 */
@FunctionalInterface
interface HttpEngine {

	/**
	 * Make a client. It is a {@code DisposableBean} if it has to be closed.
	 * @param settings what Spring Boot's settings say
	 * @param own what the registration wants; its SSL bundle and timeouts are in the
	 * settings already
	 */
	ClientHttpRequestFactory client(HttpClientSettings settings, HttpSettings own);

	static HttpEngine of(ClientHttpRequestFactoryBuilder<?> builder) {
		if (builder instanceof JettyClientHttpRequestFactoryBuilder jetty) {
			return new Jetty(jetty);
		}
		if (builder instanceof ReactorClientHttpRequestFactoryBuilder reactor) {
			return new Reactor(reactor);
		}
		return (settings, own) -> builder.build(settings);
	}

	/**
	 * Jetty, which Spring does not stop.
	 */
	record Jetty(JettyClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, HttpSettings own) {
			AtomicReference<HttpClient> client = new AtomicReference<>();
			ClientHttpRequestFactory factory = this.builder.withHttpClientCustomizer(client::set).build(settings);
			return new JettyClient(factory, client.get());
		}

	}

	/**
	 * A client of Jetty that can be stopped.
	 */
	record JettyClient(ClientHttpRequestFactory factory,
			HttpClient client) implements ClientHttpRequestFactory, DisposableBean {

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
			return this.factory.createRequest(uri, httpMethod);
		}

		@Override
		public void destroy() throws Exception {
			this.client.stop();
		}

	}

	/**
	 * Reactor Netty, whose connection pool for the whole JVM would keep every SSL context
	 * that it has seen.
	 */
	record Reactor(ReactorClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, HttpSettings own) {
			ReactorClientHttpRequestFactoryBuilder builder = this.builder;
			if (own.sslBundle() != null) {
				builder = builder.withHttpClientFactory(reactor.netty.http.client.HttpClient::newConnection);
			}
			return builder.build(settings);
		}

	}

}
