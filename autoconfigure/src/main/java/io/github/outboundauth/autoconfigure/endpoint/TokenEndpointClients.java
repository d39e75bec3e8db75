/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.autoconfigure.engine.HttpEngine;

/**
 * Makes the HTTP clients of token endpoints, one for all registrations with the same
 * settings. Some have threads and connections, which end with the application context.
 * Thread-safe.
 */
public final class TokenEndpointClients implements DisposableBean {

	private final HttpEngine engine;

	private final HttpClientSettings settings;

	private final @Nullable SslBundles sslBundles;

	private final Map<HttpSettings, ReloadableClient> clients = new HashMap<>();

	private final Map<String, WatchedBundle> watchedBundles = new HashMap<>();

	/**
	 * Create a maker of clients.
	 * @param builder the HTTP engine of the application
	 * @param settings what the application wants of every HTTP client
	 * @param sslBundles the SSL bundles of the application, if it has any
	 */
	public TokenEndpointClients(ClientHttpRequestFactoryBuilder<?> builder, HttpClientSettings settings,
			@Nullable SslBundles sslBundles) {
		this.engine = HttpEngine.of(builder).once();
		// A redirect would take the credentials to another server.
		this.settings = settings.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE);
		this.sslBundles = sslBundles;
	}

	/**
	 * The HTTP client for some settings. It follows the updates of its SSL bundle: new
	 * requests use the new one, and those in flight end with the one before.
	 * @throws InvalidHttpSettingsException if the SSL bundle does not exist or cannot be
	 * used, or the HTTP engine of the application knows no proxies
	 */
	public synchronized ClientHttpRequestFactory factory(HttpSettings settings) {
		ReloadableClient client = this.clients.get(settings);
		if (client == null) {
			client = (settings.sslBundle() != null)
					? follow(settings.sslBundle(), (bundle) -> client(settings, bundle), ReloadableClient::reload)
					: client(settings, this.settings.sslBundle());
			this.clients.put(settings, client);
		}
		return client;
	}

	private ReloadableClient client(HttpSettings settings, @Nullable SslBundle sslBundle) {
		HttpClientSettings common = this.settings.withTimeouts(settings.connectTimeout(), settings.readTimeout());
		boolean temporary = settings.sslBundle() != null;
		Function<@Nullable SslBundle, ClientHttpRequestFactory> maker = (bundle) -> this.engine
			.client(common.withSslBundle(bundle), settings.proxy(), temporary);
		// What an engine may refuse has to stop the start.
		boolean deferred = this.engine.takes(common) && sslBundle == null && settings.proxy() == null;
		return new ReloadableClient(deferred ? (bundle) -> new DeferredClient(() -> maker.apply(bundle)) : maker,
				(settings.proxy() != null) ? List.of(new ProxiedRequests(settings.proxy())) : List.of(), sslBundle);
	}

	/**
	 * Have another HTTP client follow the updates of an SSL bundle.
	 * @param <C> the type of the client
	 * @param sslBundle the name of the bundle
	 * @param maker makes the client with the bundle as it is now
	 * @param reload prepares the client to use another bundle; no client does if one
	 * fails
	 * @return the client
	 * @throws InvalidHttpSettingsException if the SSL bundle does not exist or cannot be
	 * used
	 */
	public synchronized <C> C follow(String sslBundle, Function<SslBundle, C> maker,
			BiFunction<C, SslBundle, Reload> reload) {
		return bundle(sslBundle).client(maker, reload);
	}

	/**
	 * Check that the HTTP engine of the application can use a proxy.
	 * @param proxy the proxy
	 * @param address the URL that is asked through it
	 * @throws InvalidHttpSettingsException if it cannot
	 */
	public void checkProxy(ProxySettings proxy, URI address) {
		if ("https".equals(address.getScheme()) && proxy.covers(address.getHost())) {
			this.engine.checkTunnel(proxy);
		}
	}

	private WatchedBundle bundle(String name) {
		return this.watchedBundles.computeIfAbsent(name, (key) -> WatchedBundle.of(key, this.sslBundles));
	}

	/**
	 * Have something done after each update of an SSL bundle that can be used and brings
	 * another client certificate, when all clients that are made with it follow the
	 * update. It is done on the thread that brings the update.
	 * @throws InvalidHttpSettingsException if the SSL bundle does not exist or cannot be
	 * used
	 */
	public synchronized void onReload(String sslBundle, Runnable listener) {
		bundle(sslBundle).onReload(listener);
	}

	/**
	 * Until when the client certificate of an SSL bundle is valid that is in use; of
	 * several the one that ends first.
	 * @return {@code null} if the bundle has no key, and so no client certificate
	 * @throws InvalidHttpSettingsException if the SSL bundle does not exist or cannot be
	 * used
	 */
	public synchronized @Nullable Instant certificateEnd(String sslBundle) {
		ClientCertificate certificate = bundle(sslBundle).certificate();
		return (certificate != null) ? certificate.validUntil() : null;
	}

	/**
	 * Warn if the client certificate of an SSL bundle ends soon; once for each
	 * certificate, and once more when it has ended.
	 */
	public synchronized void warnOfCertificate(String sslBundle) {
		bundle(sslBundle).warn(Instant.now());
	}

	/**
	 * Whether an SSL bundle has a key with which a client can show who it is.
	 * @throws InvalidHttpSettingsException if the SSL bundle does not exist or cannot be
	 * used
	 */
	public boolean hasClientKey(String sslBundle) {
		return certificateEnd(sslBundle) != null;
	}

	@Override
	public synchronized void destroy() {
		this.watchedBundles.values().forEach(WatchedBundle::close);
		this.clients.values().forEach(ReloadableClient::close);
	}

	/**
	 * An HTTP client with another SSL bundle that is made and waits to be used.
	 *
	 * @param complete uses it for new requests
	 * @param cancel closes it; nothing has changed
	 */
	public record Reload(Runnable complete, Runnable cancel) {

	}

}
