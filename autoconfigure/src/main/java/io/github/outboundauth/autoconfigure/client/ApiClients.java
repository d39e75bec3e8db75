/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.autoconfigure.HttpClientProperties;
import org.springframework.boot.http.client.autoconfigure.HttpClientSettingsPropertyMapper;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.HttpHeaders;
import org.springframework.util.function.SingletonSupplier;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Api;

/**
 * Gives builders the HTTP clients by which registrations want their API to be called.
 * They follow no redirects: HTTP engines do not agree what these do with a token.
 *
 * @param <B> the builder
 * @param <H> the HTTP client
 */
final class ApiClients<B, H> implements DisposableBean {

	private static final Log logger = LogFactory.getLog(ApiClients.class);

	private final Face<B, H> face;

	private final HttpClientSettings settings;

	private final @Nullable SslBundles sslBundles;

	private final TokenEndpointClients bundleWatch;

	private final List<ApiClient<H>> clients = new CopyOnWriteArrayList<>();

	/**
	 * By settings, SSL bundle and proxy, or by nothing for those of the application. Of a
	 * record of these as a key the JDK would keep the class loader.
	 */
	private final Map<List<@Nullable Object>, H> shared = new HashMap<>();

	/** The registrations of which it is known that the application has the client. */
	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Create a maker of HTTP clients.
	 * @param face what differs between the clients of Spring
	 * @param settings what the application wants of every HTTP client
	 * @param sslBundles the SSL bundles of the application, if it has any
	 * @param bundleWatch tells of their updates
	 */
	ApiClients(Face<B, H> face, HttpClientSettings settings, @Nullable SslBundles sslBundles,
			TokenEndpointClients bundleWatch) {
		this.face = face;
		this.settings = settings;
		this.sslBundles = sslBundles;
		this.bundleWatch = bundleWatch;
	}

	/**
	 * Give a builder the default headers of a registration, and its HTTP client in place
	 * of the one that Spring Boot gave to it. One that comes from the application is left
	 * where it is.
	 * @param builder the builder
	 * @param registration whose API is called, or {@code null} if each request names its
	 * own
	 * @param group what Spring Boot is told about the HTTP service group that the client
	 * is for, if it is for one
	 * @return whether redirects have to be followed for the builder
	 */
	boolean equip(B builder, @Nullable OAuthClientRegistration registration, @Nullable HttpClientProperties group) {
		Api api = (registration != null) ? registration.api() : Api.STANDARD;
		if (!api.defaultHeaders().isEmpty()) {
			this.face.addDefaultHeaders(builder,
					without((group != null) ? group.getDefaultHeader().keySet() : Set.of(), api.defaultHeaders()));
		}
		H present = this.face.client(builder);
		if ((present != null) ? this.face.isStandard(present) : api.needsOwnClient()) {
			return (registration != null) ? exchange(builder, registration, group) : exchange(builder, api, group);
		}
		if (registration != null) {
			tellOfForeignClient(registration, settings(api, group));
		}
		return false;
	}

	private void tellOfForeignClient(OAuthClientRegistration registration, HttpClientSettings settings) {
		boolean ignored = registration.api().needsOwnClient();
		if ((ignored || settings.redirects() != HttpRedirects.DONT_FOLLOW) && this.told.add(registration.id())) {
			String what = "OAuth2 client '" + registration.id() + "': an HTTP client that the application gave to a "
					+ "builder is used as it is. ";
			String redirects = "Whether it follows redirects, and takes the token along, is up to it";
			if (ignored) {
				logger.warn(what + "Of " + registration.keys().apply("api") + " only default-header, token-header and "
						+ "token-scheme apply. " + redirects);
			}
			else {
				logger.info(what + redirects);
			}
		}
	}

	private boolean exchange(B builder, OAuthClientRegistration registration, @Nullable HttpClientProperties group) {
		try {
			checkTunnel(registration.api().proxy(), registration.baseUrl());
			return exchange(builder, registration.api(), group);
		}
		catch (InvalidHttpSettingsException ex) {
			throw invalid(registration, ex.key().replaceFirst("^http", "api"), ex.problem(), ex.remedy());
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			if (!registration.api().needsOwnClient()) {
				throw ex;
			}
			// What is said of SSL bundles may quote their keys.
			String reason = (hasBundle(group) || this.settings.sslBundle() != null) ? "" : ": " + ex.getMessage();
			throw invalid(registration, "api", "cannot be had of the HTTP engine" + reason,
					"Leave out what it has not, or choose another engine under spring.http.clients");
		}
	}

	private static HttpHeaders without(Set<String> names, HttpHeaders headers) {
		HttpHeaders others = HttpHeaders.copyOf(headers);
		names.forEach(others::remove);
		return others;
	}

	private static InvalidOAuthClientException invalid(OAuthClientRegistration registration, String key, String problem,
			String remedy) {
		return new InvalidOAuthClientException(
				List.of(new InvalidOAuthClientException.Problem(registration.keys().apply(key), problem, remedy)));
	}

	private void checkTunnel(@Nullable ProxySettings proxy, @Nullable URI url) {
		if (proxy != null && url != null && "https".equalsIgnoreCase(url.getScheme()) && proxy.covers(url.getHost())) {
			this.face.checkTunnel(proxy);
		}
	}

	private boolean exchange(B builder, Api api, @Nullable HttpClientProperties group) {
		HttpClientSettings settings = settings(api, group);
		HttpClientSettings unfollowing = settings.withRedirects(HttpRedirects.DONT_FOLLOW);
		String sslBundle = hasBundle(group) ? null : api.sslBundle();
		ProxySettings proxy = api.proxy();
		// The first comparison of settings takes the JDK milliseconds.
		boolean plain = (api == Api.STANDARD && group == null) || (sslBundle == null && proxy == null
				&& settings.equals(this.settings.withRedirects(settings.redirects())));
		this.face.setClient(builder, plain ? shared(List.of(), unfollowing, () -> whenNeeded(unfollowing)) : shared(
				Arrays.asList(unfollowing, sslBundle, proxy), unfollowing, () -> make(unfollowing, sslBundle, proxy)));
		return settings.redirects() != HttpRedirects.DONT_FOLLOW;
	}

	private HttpClientSettings settings(Api api, @Nullable HttpClientProperties group) {
		return new HttpClientSettingsPropertyMapper(this.sslBundles, api.settings().orElse(this.settings)).map(group);
	}

	private static boolean hasBundle(@Nullable HttpClientProperties group) {
		return group != null && group.getSsl().getBundle() != null;
	}

	/**
	 * One client for all that want the same, unless it keeps what the API tells it.
	 */
	private synchronized H shared(List<@Nullable Object> key, HttpClientSettings settings, Supplier<H> maker) {
		if (this.face.keepsCookies(settings)) {
			return maker.get();
		}
		H client = this.shared.get(key);
		if (client == null) {
			client = maker.get();
			this.shared.put(key, client);
		}
		return client;
	}

	private H make(HttpClientSettings settings, @Nullable String sslBundle, @Nullable ProxySettings proxy) {
		ApiClient<H> client = (sslBundle != null)
				? this.bundleWatch.follow(sslBundle,
						(first) -> new ApiClient<H>(
								(bundle) -> this.face.client(settings.withSslBundle(bundle), proxy, true), first),
						ApiClient::reload)
				: new ApiClient<>((bundle) -> this.face.client(settings, proxy, false), null);
		keep(client);
		return (sslBundle != null) ? this.face.delegate(client::current) : client.current();
	}

	/**
	 * Nothing is written that an engine may refuse, so nothing is lost by waiting. Some
	 * engines start threads, which take time when the application starts and when it
	 * stops.
	 */
	private H whenNeeded(HttpClientSettings settings) {
		SingletonSupplier<H> client = SingletonSupplier.of(() -> {
			ApiClient<H> made = new ApiClient<>((bundle) -> this.face.client(settings, null, false), null);
			keep(made);
			return made.current();
		});
		return this.face.delegate(client::obtain);
	}

	/**
	 * Until the end; after it, a client is closed at once.
	 */
	private void keep(ApiClient<H> client) {
		this.clients.add(client);
		if (this.closed) {
			client.close();
		}
	}

	@Override
	public void destroy() {
		this.closed = true;
		this.clients.forEach(ApiClient::close);
	}

	/**
	 * What differs between {@code RestClient} and {@code WebClient}.
	 *
	 * @param <B> the builder
	 * @param <H> the HTTP client
	 */
	interface Face<B, H> {

		/**
		 * The HTTP client of a builder; {@code null} if it has none.
		 */
		@Nullable H client(B builder);

		/**
		 * Whether a builder has it from Spring Boot.
		 */
		boolean isStandard(H client);

		void setClient(B builder, H client);

		void addDefaultHeaders(B builder, HttpHeaders headers);

		/**
		 * Make an HTTP client with the engine of the application; a temporary one if
		 * another may take its place.
		 */
		H client(HttpClientSettings settings, @Nullable ProxySettings proxy, boolean temporary);

		/**
		 * Whether an HTTP client with these settings remembers cookies.
		 */
		boolean keepsCookies(HttpClientSettings settings);

		void checkTunnel(ProxySettings proxy);

		/**
		 * An HTTP client that leaves each request to another.
		 */
		H delegate(Supplier<H> client);

	}

}
