/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.apache.hc.client5.http.auth.AuthCache;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.auth.BasicAuthCache;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.core5.http.HttpHost;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;

/**
 * The engines that do not block, each in a class of its own: one may be missing.
 */
final class ReactiveEngines {

	private ReactiveEngines() {
	}

	/**
	 * Reactor Netty. A temporary client has a connection pool of its own.
	 */
	record Reactor(ReactorClientHttpConnectorBuilder builder) implements ReactiveEngine {

		@Override
		public ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			ReactorClientHttpConnectorBuilder builder = (proxy != null) ? this.builder.withHttpClientCustomizer(
					(client) -> HttpEngines.Reactor.through(proxy, client, settings)) : this.builder;
			if (!temporary) {
				return builder.build(settings);
			}
			ConnectionProvider connections = HttpEngines.Reactor.connections();
			return new DisposableConnector(
					builder.withHttpClientFactory(() -> reactor.netty.http.client.HttpClient.create(connections))
						.build(settings),
					connections::dispose);
		}

		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return false;
		}

	}

	/**
	 * Jetty, whose client Spring does not stop.
	 */
	record Jetty(JettyClientHttpConnectorBuilder builder) implements ReactiveEngine {

		@Override
		public ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			AtomicReference<HttpClient> client = new AtomicReference<>();
			ClientHttpConnector connector = this.builder.withHttpClientCustomizer(client::set).build(settings);
			HttpEngines.Jetty.prepare(client.get(), proxy);
			return new DisposableConnector(connector, client.get()::stop);
		}

	}

	/**
	 * A client whose resources end with it.
	 */
	private record DisposableConnector(ClientHttpConnector connector,
			DisposableBean resources) implements ClientHttpConnector, DisposableBean {

		@Override
		public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
				Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
			return this.connector.connect(method, uri, requestCallback);
		}

		@Override
		public void destroy() throws Exception {
			this.resources.destroy();
		}

	}

	/**
	 * Apache HttpClient 5. It sends credentials before a proxy asks for them: a body that
	 * was sent once cannot be sent again.
	 */
	record HttpComponents(HttpComponentsClientHttpConnectorBuilder builder) implements ReactiveEngine {

		@Override
		public ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			return ((proxy != null) ? this.builder.withHttpClientCustomizer((client) -> use(proxy, client))
					: this.builder)
				.build(settings);
		}

		/**
		 * Spring Boot does not tell it.
		 */
		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return true;
		}

		private static void use(ProxySettings proxy, HttpAsyncClientBuilder client) {
			client.setRoutePlanner(HttpEngines.HttpComponents.routes(proxy));
			if (proxy.username() != null) {
				client.setDefaultCredentialsProvider(HttpEngines.HttpComponents.credentials(proxy));
				AuthCache known = new BasicAuthCache();
				BasicScheme basic = new BasicScheme();
				basic.initPreemptive(new UsernamePasswordCredentials(proxy.username(), proxy.secret().toCharArray()));
				known.put(new HttpHost(proxy.host(), proxy.port()), basic);
				client.addExecInterceptorFirst("proxy", (request, body, scope, chain, callback) -> {
					scope.clientContext.setAuthCache(known);
					chain.proceed(request, body, scope, callback);
				});
			}
		}

	}

	/**
	 * The client of the package {@code java.net.http}.
	 */
	record Jdk(JdkClientHttpConnectorBuilder builder) implements ReactiveEngine {

		@Override
		public ClientHttpConnector client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			if (proxy == null) {
				return this.builder.build(settings);
			}
			ClientHttpConnector connector = this.builder.withProxySelector(new JdkEngines.SettingsProxySelector(proxy))
				.build(settings);
			String authorization = proxy.authorization();
			return (authorization == null) ? connector
					: (method, uri, requestCallback) -> connector.connect(method, uri, (request) -> {
						if (proxy.covers(uri.getHost())) {
							request.getHeaders().set(HttpHeaders.PROXY_AUTHORIZATION, authorization);
						}
						return requestCallback.apply(request);
					});
		}

		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return JdkEngines.Jdk.keeps(settings.cookieHandling());
		}

		@Override
		public void checkTunnel(ProxySettings proxy) {
			JdkEngines.Jdk.checkBasic(proxy, "Add Reactor Netty, Jetty's client or Apache HttpClient to the application"
					+ " and choose it with spring.http.clients.reactive.connector");
		}

	}

}
