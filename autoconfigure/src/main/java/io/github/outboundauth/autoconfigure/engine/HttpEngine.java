/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.SimpleClientHttpRequestFactoryBuilder;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Makes HTTP clients with the engine of the application. What an engine needs beyond the
 * settings that Spring Boot has for all of them is in a class of its own, which is loaded
 * only where that engine is.
 */
public interface HttpEngine {

	/**
	 * Make a client. It is a {@code DisposableBean} if it has to be closed.
	 * @param settings what Spring Boot has settings for
	 * @param proxy the proxy, or {@code null} for what the engine does by itself
	 * @param temporary whether another client may take its place: then nothing that
	 * outlives it may keep its SSL bundle, even if that costs time
	 * @return the client
	 * @throws InvalidHttpSettingsException if there is no way to set a proxy or to filter
	 * addresses
	 */
	ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy, boolean temporary);

	/**
	 * The same for requests that must not be repeated unless their sender does so.
	 * @return an engine whose clients repeat nothing by themselves
	 */
	default HttpEngine once() {
		return this;
	}

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
	 * Whether it is certain that the engine takes settings, so that no client has to be
	 * made to find out.
	 * @param settings what Spring Boot has settings for, without an SSL bundle
	 * @return whether it is; not with filters of addresses, which not every engine has
	 */
	default boolean takes(HttpClientSettings settings) {
		return settings.inetAddressFilter() == null;
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
	static HttpEngine of(ClientHttpRequestFactoryBuilder<?> builder) {
		if (builder instanceof HttpComponentsClientHttpRequestFactoryBuilder httpComponents) {
			return new HttpEngines.HttpComponents(httpComponents);
		}
		if (builder instanceof JettyClientHttpRequestFactoryBuilder jetty) {
			return new HttpEngines.Jetty(jetty);
		}
		if (builder instanceof ReactorClientHttpRequestFactoryBuilder reactor) {
			return new HttpEngines.Reactor(reactor);
		}
		if (builder instanceof JdkClientHttpRequestFactoryBuilder jdk) {
			return new JdkEngines.Jdk(jdk);
		}
		if (builder instanceof SimpleClientHttpRequestFactoryBuilder simple) {
			return new JdkEngines.Simple(simple);
		}
		return new OwnEngine(builder);
	}

}
