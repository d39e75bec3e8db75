/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.http.client.reactive.ClientHttpConnector;

/**
 * Makes HTTP clients that do not block, as an {@link HttpEngine} makes those that do.
 */
@FunctionalInterface
public interface ReactiveEngine {

	/**
	 * Make a client. It is a {@code DisposableBean} or {@code AutoCloseable} if it has to
	 * be closed.
	 * @param settings what Spring Boot has settings for
	 * @param proxy the proxy, or {@code null} for what the engine does by itself
	 * @param temporary whether another client may take its place: then nothing that
	 * outlives it may keep its SSL bundle, even if that costs time
	 * @return the client
	 * @throws InvalidHttpSettingsException if there is no way to set a proxy
	 */
	ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy, boolean temporary);

	/**
	 * Whether a client remembers cookies and sends them again, so that it must not be
	 * used for those whom the server must not take for each other.
	 * @param settings what Spring Boot has settings for
	 * @return whether it does; an engine that is not known does unless it is told not to
	 */
	default boolean keepsCookies(HttpClientSettings settings) {
		return settings.cookieHandling() != HttpCookieHandling.DISABLE;
	}

	/**
	 * Check that the client can ask a proxy for a tunnel, as it does for {@code https}.
	 * @param proxy the proxy
	 * @throws InvalidHttpSettingsException if it cannot
	 */
	default void checkTunnel(ProxySettings proxy) {
	}

	/**
	 * The engine of a builder.
	 * @param builder makes clients from Spring Boot's settings
	 * @return the engine
	 */
	static ReactiveEngine of(ClientHttpConnectorBuilder<?> builder) {
		if (builder instanceof ReactorClientHttpConnectorBuilder reactor) {
			return new ReactiveEngines.Reactor(reactor);
		}
		if (builder instanceof JettyClientHttpConnectorBuilder jetty) {
			return new ReactiveEngines.Jetty(jetty);
		}
		if (builder instanceof HttpComponentsClientHttpConnectorBuilder httpComponents) {
			return new ReactiveEngines.HttpComponents(httpComponents);
		}
		if (builder instanceof JdkClientHttpConnectorBuilder jdk) {
			return new ReactiveEngines.Jdk(jdk);
		}
		return (settings, proxy, temporary) -> {
			if (proxy != null) {
				throw new InvalidHttpSettingsException("http.proxy.host",
						"is set, but the HTTP engine is one that the application made itself",
						"Have the ClientHttpConnectorBuilder bean set the proxy, or make one of Spring Boot's");
			}
			return builder.build(settings);
		};
	}

}
