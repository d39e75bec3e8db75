/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.SimpleClientHttpRequestFactoryBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/**
 * The engines that the JDK has. Credentials are sent to the proxy without being asked
 * for, as a header of the request: an authenticator would take part in what the
 * authorization server refuses, too.
 */
final class JdkEngines {

	private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

	private static final String ANOTHER_ENGINE = "Add Apache HttpClient, Jetty's or Reactor Netty's to the application"
			+ " and choose it with spring.http.clients.imperative.factory";

	private JdkEngines() {
	}

	private static SocketAddress address(ProxySettings proxy) {
		return InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
	}

	private static ClientHttpRequestFactory authorized(ClientHttpRequestFactory factory, ProxySettings proxy,
			Predicate<URI> covered) {
		String authorization = proxy.authorization();
		return (authorization == null) ? factory
				: new InterceptingClientHttpRequestFactory(factory, List.of((request, body, execution) -> {
					if (covered.test(request.getURI())) {
						request.getHeaders().set(HttpHeaders.PROXY_AUTHORIZATION, authorization);
					}
					return execution.execute(request, body);
				}));
	}

	private static InvalidHttpSettingsException noCredentials(String engine, String remedy) {
		return new InvalidHttpSettingsException("http.proxy.username", "is of no use for https with the HTTP engine '"
				+ engine + "', which sends a proxy no Basic credentials", remedy);
	}

	/**
	 * The client of the package {@code java.net.http}. It leaves out headers for a proxy
	 * where there is none between it and the server, such as in a tunnel, and Basic
	 * credentials where the JVM does not allow them.
	 */
	record Jdk(JdkClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			return (proxy != null)
					? authorized(this.builder.withProxySelector(new SettingsProxySelector(proxy)).build(settings),
							proxy, (uri) -> proxy.covers(uri.getHost()))
					: this.builder.build(settings);
		}

		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return keeps(settings.cookieHandling());
		}

		static boolean keeps(@Nullable HttpCookieHandling cookies) {
			return cookies != null && cookies != HttpCookieHandling.DISABLE;
		}

		@Override
		public void checkTunnel(ProxySettings proxy) {
			checkBasic(proxy, ANOTHER_ENGINE);
		}

		static void checkBasic(ProxySettings proxy, String anotherEngine) {
			if (proxy.username() != null && isBasicDisabled()) {
				throw noCredentials("jdk", anotherEngine + ", or start the JVM with -D" + DISABLED_SCHEMES + "=\"\"");
			}
		}

		private static boolean isBasicDisabled() {
			String schemes = System.getProperty(DISABLED_SCHEMES);
			return Arrays.stream(((schemes != null) ? schemes : defaultSchemes()).split(","))
				.anyMatch((scheme) -> scheme.strip().equalsIgnoreCase("Basic"));
		}

		/**
		 * What the JDK looks up itself where the system property is not set.
		 */
		private static String defaultSchemes() {
			Properties properties = new Properties();
			try (InputStream file = Files
				.newInputStream(Path.of(System.getProperty("java.home", ""), "conf", "net.properties"))) {
				properties.load(file);
			}
			catch (IOException ex) {
				// Not every JVM has one.
			}
			return properties.getProperty(DISABLED_SCHEMES, "Basic");
		}

	}

	/**
	 * Selects the proxy for those hosts that are reached through it.
	 */
	static final class SettingsProxySelector extends ProxySelector {

		private final ProxySettings proxy;

		SettingsProxySelector(ProxySettings proxy) {
			this.proxy = proxy;
		}

		@Override
		public List<Proxy> select(URI uri) {
			return List.of(this.proxy.covers(uri.getHost()) ? new Proxy(Proxy.Type.HTTP, address(this.proxy))
					: Proxy.NO_PROXY);
		}

		@Override
		public void connectFailed(URI uri, SocketAddress address, IOException ex) {
			// There is no other proxy to choose.
		}

	}

	/**
	 * {@code HttpURLConnection}, which sends headers for a proxy through a tunnel to the
	 * server, and knows no proxies for some hosts only.
	 */
	record Simple(SimpleClientHttpRequestFactoryBuilder builder) implements HttpEngine {

		@Override
		public ClientHttpRequestFactory client(HttpClientSettings settings, @Nullable ProxySettings proxy,
				boolean temporary) {
			if (settings.inetAddressFilter() != null) {
				throw new InvalidHttpSettingsException("http",
						"is to filter addresses, as the InetAddressFilter of the application says, but the HTTP engine "
								+ "'simple' filters none",
						"Choose another HTTP engine with spring.http.clients.imperative.factory, or remove the filter");
			}
			if (proxy == null) {
				return this.builder.build(settings);
			}
			SimpleClientHttpRequestFactory direct = this.builder.build(settings);
			direct.setProxy(Proxy.NO_PROXY);
			SimpleClientHttpRequestFactory proxied = this.builder.build(settings);
			proxied.setProxy(new Proxy(Proxy.Type.HTTP, address(proxy)));
			ClientHttpRequestFactory authorized = authorized(proxied, proxy,
					(uri) -> "http".equalsIgnoreCase(uri.getScheme()));
			return (uri, method) -> (proxy.covers(uri.getHost()) ? authorized : direct).createRequest(uri, method);
		}

		/**
		 * If any, then for the whole JVM.
		 */
		@Override
		public boolean keepsCookies(HttpClientSettings settings) {
			return false;
		}

		@Override
		public void checkTunnel(ProxySettings proxy) {
			if (proxy.username() != null) {
				throw noCredentials("simple", ANOTHER_ENGINE);
			}
		}

	}

}
