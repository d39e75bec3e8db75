/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.resolver.NoopAddressResolverGroup;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.eclipse.jetty.client.Authentication;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.ProxyProvider;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * The engines that are libraries, each in a class of its own: one may be missing.
 */
final class HttpEngines {

	private HttpEngines() {
	}

	/**
	 * Apache HttpClient 5. It sends credentials when the proxy asks for them. Of itself
	 * it would repeat requests that the server answers with 429 or 503, after the pause
	 * the server wants, and with an assertion that can be used only once.
	 */
	record HttpComponents(HttpComponentsClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			return ((proxy != null) ? this.builder.withHttpClientCustomizer((client) -> use(proxy, client))
					: this.builder)
				.build(settings);
		}

		@Override
		public HttpEngine once() {
			return new HttpComponents(
					this.builder.withHttpClientCustomizer(HttpClientBuilder::disableAutomaticRetries));
		}

		private static void use(ProxySettings proxy, HttpClientBuilder client) {
			client.setRoutePlanner(routes(proxy));
			if (proxy.username() != null) {
				client.setDefaultCredentialsProvider(credentials(proxy));
			}
		}

		static HttpRoutePlanner routes(ProxySettings proxy) {
			HttpHost host = new HttpHost(proxy.host(), proxy.port());
			return new DefaultRoutePlanner(null) {

				@Override
				protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
					return proxy.covers(target.getHostName()) ? host : null;
				}

			};
		}

		static CredentialsProvider credentials(ProxySettings proxy) {
			BasicCredentialsProvider credentials = new BasicCredentialsProvider();
			credentials.setCredentials(new AuthScope(new HttpHost(proxy.host(), proxy.port())),
					new UsernamePasswordCredentials(proxy.username(), proxy.secret().toCharArray()));
			return credentials;
		}

	}

	/**
	 * Jetty, whose client Spring does not stop.
	 */
	record Jetty(JettyClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			AtomicReference<HttpClient> client = new AtomicReference<>();
			ClientHttpRequestFactory factory = this.builder.withHttpClientCustomizer(client::set).build(settings);
			prepare(client.get(), proxy);
			return new DisposableClient(factory, client.get()::stop);
		}

		static void prepare(HttpClient client, @Nullable ProxySettings proxy) {
			client.addEventListener(new TakeRefusals(client.getProtocolHandlers(), proxy != null));
			if (proxy != null) {
				use(proxy, client);
			}
		}

		private static void use(ProxySettings proxy, HttpClient client) {
			HttpProxy httpProxy = new HttpProxy(proxy.host(), proxy.port()) {

				@Override
				public boolean matches(Origin origin) {
					return super.matches(origin) && proxy.covers(origin.getAddress().getHost());
				}

			};
			client.getProxyConfiguration().addProxy(httpProxy);
			if (proxy.authorization() != null) {
				client.getAuthenticationStore()
					.addAuthenticationResult(new JettyProxyAuthorization(httpProxy.getURI(), proxy.authorization()));
			}
		}

	}

	/**
	 * Credentials are sent without a challenge. Jetty takes a status of 401 without one,
	 * which OAuth 2.0 allows, for a violation of the protocol, and aborts a request whose
	 * body is still being sent.
	 */
	private record TakeRefusals(ProtocolHandlers handlers, boolean ofProxy) implements LifeCycle.Listener {

		@Override
		public void lifeCycleStarted(LifeCycle client) {
			this.handlers.remove(WWWAuthenticationProtocolHandler.NAME);
			if (this.ofProxy) {
				this.handlers.remove(ProxyAuthenticationProtocolHandler.NAME);
			}
		}

	}

	/**
	 * A client whose resources end with it.
	 */
	private record DisposableClient(ClientHttpRequestFactory factory,
			DisposableBean resources) implements ClientHttpRequestFactory, DisposableBean {

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
			return this.factory.createRequest(uri, httpMethod);
		}

		@Override
		public void destroy() throws Exception {
			this.resources.destroy();
		}

	}

	/**
	 * Credentials that Jetty's client sends to a proxy without being asked.
	 */
	private record JettyProxyAuthorization(URI proxy, String value) implements Authentication.Result {

		@Override
		public URI getURI() {
			return this.proxy;
		}

		@Override
		public void apply(Request request) {
			request.headers((headers) -> headers.put(HttpHeaders.PROXY_AUTHORIZATION, this.value));
		}

		@Override
		public String toString() {
			return "JettyProxyAuthorization[" + this.proxy + "]";
		}

	}

	/**
	 * Reactor Netty. Its connection pool for the whole JVM would keep every SSL context
	 * that it has seen, so a temporary client has a pool of its own.
	 */
	record Reactor(ReactorClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			ReactorClientHttpRequestFactoryBuilder builder = (proxy != null)
					? this.builder.withHttpClientCustomizer((client) -> through(proxy, client, settings))
					: this.builder;
			if (!temporary) {
				return builder.build(settings);
			}
			ConnectionProvider connections = connections();
			return new DisposableClient(
					builder.withHttpClientFactory(() -> reactor.netty.http.client.HttpClient.create(connections))
						.build(settings),
					connections::dispose);
		}

		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return false;
		}

		/**
		 * A pool with the limits of that for the whole JVM.
		 */
		static ConnectionProvider connections() {
			return ConnectionProvider.create("oauth-client", 500);
		}

		/**
		 * The proxy resolves the names of hosts that are reached through it, Reactor
		 * Netty those of the others before it asks a resolver. A filter would be asked
		 * about names without an address, and fail.
		 */
		static reactor.netty.http.client.HttpClient through(ProxySettings proxy,
				reactor.netty.http.client.HttpClient client, HttpClientSettings settings) {
			if (settings.inetAddressFilter() != null) {
				throw new InvalidHttpSettingsException("http.proxy.host",
						"is set, and an InetAddressFilter too, but with Reactor Netty the proxy resolves the hosts",
						"Choose another HTTP engine, or do without one of the two");
			}
			return client.proxy((spec) -> use(proxy, spec, settings.connectTimeout()))
				.resolver(NoopAddressResolverGroup.INSTANCE);
		}

		private static void use(ProxySettings proxy, ProxyProvider.TypeSpec spec, @Nullable Duration connectTimeout) {
			ProxyProvider.Builder builder = spec.type(ProxyProvider.Proxy.HTTP)
				.host(proxy.host())
				.port(proxy.port())
				.nonProxyHostsPredicate((address) -> !covers(proxy, address));
			if (connectTimeout != null) {
				builder.connectTimeoutMillis(connectTimeout.toMillis());
			}
			if (proxy.username() != null) {
				builder.username(proxy.username()).password((username) -> proxy.secret());
			}
		}

		private static boolean covers(ProxySettings proxy, SocketAddress address) {
			return address instanceof InetSocketAddress target && proxy.covers(target.getHostString());
		}

	}

}
