/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.engine.ReactiveEngine;

/**
 * {@code WebClient} and the HTTP clients that do not block. Spring Boot gives all
 * builders the same one, which is a bean.
 */
final class WebClientFace implements ApiClients.Face<WebClient.Builder, ClientHttpConnector> {

	private static final String CONNECTOR = "connector";

	private final ReactiveEngine engine;

	private final ConfigurableListableBeanFactory beans;

	WebClientFace(ClientHttpConnectorBuilder<?> engine, ConfigurableListableBeanFactory beans) {
		this.engine = ReactiveEngine.of(engine);
		this.beans = beans;
	}

	@Override
	public boolean isStandard(ClientHttpConnector client) {
		return Arrays.stream(this.beans.getBeanNamesForType(ClientHttpConnector.class, true, false))
			.anyMatch((name) -> isOfSpringBoot(name) && this.beans.getBean(name) == client);
	}

	private boolean isOfSpringBoot(String name) {
		Method method = (this.beans.containsBeanDefinition(name)
				&& this.beans.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)
						? definition.getResolvedFactoryMethod() : null;
		return method != null && method.getDeclaringClass() == ReactiveHttpClientAutoConfiguration.class;
	}

	/**
	 * A builder only takes it. {@code null} if it has none or holds it elsewhere.
	 */
	@Override
	public @Nullable ClientHttpConnector client(WebClient.Builder builder) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(builder);
		return fields.isReadableProperty(CONNECTOR)
				&& fields.getPropertyValue(CONNECTOR) instanceof ClientHttpConnector connector ? connector : null;
	}

	@Override
	public void setClient(WebClient.Builder builder, ClientHttpConnector client) {
		builder.clientConnector(client);
	}

	@Override
	public void addDefaultHeaders(WebClient.Builder builder, HttpHeaders headers) {
		builder.defaultHeaders((all) -> all.putAll(headers));
	}

	@Override
	public ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy, boolean temporary) {
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
	public ClientHttpConnector delegate(Supplier<ClientHttpConnector> client) {
		return (method, uri, requestCallback) -> client.get().connect(method, uri, requestCallback);
	}

	/**
	 * What a native image must know to tell which connector a builder has.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.reflection().registerType(WebClient.builder().getClass(), (type) -> type.withField(CONNECTOR));
		}

	}

}
