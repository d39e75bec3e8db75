/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.autoconfigure.engine.HttpEngine;
import io.github.outboundauth.autoconfigure.engine.ProxySettings;

/**
 * {@code RestClient} and the HTTP clients that block. It is shown what Spring Boot gave
 * to a builder before the application sees it: as the first customizer, and earlier for
 * HTTP service groups, where customizers come late. Thread-safe.
 */
final class RestClientFace implements ApiClients.Face<RestClient.Builder, ClientHttpRequestFactory>,
		RestClientCustomizer, PriorityOrdered {

	private static final String REQUEST_FACTORY = "requestFactory";

	private final HttpEngine engine;

	private final Set<RestClient.Builder> seen = weakSet();

	private final Set<ClientHttpRequestFactory> standard = weakSet();

	RestClientFace(ClientHttpRequestFactoryBuilder<?> engine) {
		this.engine = HttpEngine.of(engine);
	}

	private static <T> Set<T> weakSet() {
		return Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
	}

	/**
	 * Before all that are merely {@code Ordered}, however early they want to be.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(RestClient.Builder builder) {
		ClientHttpRequestFactory requestFactory = client(builder);
		if (this.seen.add(builder) && requestFactory != null) {
			this.standard.add(requestFactory);
		}
	}

	@Override
	public boolean isStandard(ClientHttpRequestFactory client) {
		return this.standard.contains(client);
	}

	/**
	 * A builder only takes it. {@code null} if it has none or holds it elsewhere.
	 */
	@Override
	public @Nullable ClientHttpRequestFactory client(RestClient.Builder builder) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(builder);
		return fields.isReadableProperty(REQUEST_FACTORY)
				&& fields.getPropertyValue(REQUEST_FACTORY) instanceof ClientHttpRequestFactory requestFactory
						? requestFactory : null;
	}

	@Override
	public void setClient(RestClient.Builder builder, ClientHttpRequestFactory client) {
		builder.requestFactory(client);
	}

	@Override
	public void addDefaultHeaders(RestClient.Builder builder, HttpHeaders headers) {
		builder.defaultHeaders((all) -> all.putAll(headers));
	}

	@Override
	public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
			boolean temporary) {
		return this.engine.client(settings, proxy, temporary);
	}

	@Override
	public boolean keepsCookies(HttpClientSettings settings) {
		return this.engine.keepsCookies(settings);
	}

	@Override
	public void checkTunnel(ProxySettings proxy) {
		this.engine.checkTunnel(proxy);
	}

	@Override
	public ClientHttpRequestFactory delegate(Supplier<ClientHttpRequestFactory> client) {
		return (uri, method) -> client.get().createRequest(uri, method);
	}

	/**
	 * What a native image must know to tell which request factory a builder has.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.reflection().registerType(RestClient.builder().getClass(), (type) -> type.withField(REQUEST_FACTORY));
		}

	}

}
