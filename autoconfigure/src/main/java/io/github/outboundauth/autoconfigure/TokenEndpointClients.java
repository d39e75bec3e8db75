/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.endpoint.AuthenticatedRequests;
import io.github.outboundauth.endpoint.EndpointTokenFetcher;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Makes the HTTP clients of token endpoints, one for all registrations with the same
 * settings. Some have threads and connections, which end with the application context.
 */
final class TokenEndpointClients implements DisposableBean {

	private final ClientHttpRequestFactoryBuilder<?> builder;

	private final HttpClientSettings settings;

	private final Map<HttpClientSettings, ClientHttpRequestFactory> factories = new HashMap<>();

	/**
	 * Create a maker of clients.
	 * @param builder the HTTP engine of the application
	 * @param settings what the application wants of every HTTP client
	 */
	TokenEndpointClients(ClientHttpRequestFactoryBuilder<?> builder, HttpClientSettings settings) {
		this.builder = builder;
		this.settings = settings;
	}

	TokenFetcher fetcher(OAuthClientRegistration registration, Timekeeper time) {
		// A redirect would take the credentials to another server.
		HttpClientSettings settings = this.settings.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE)
			.withTimeouts(registration.endpoint().connectTimeout(), registration.endpoint().readTimeout());
		ClientHttpRequestFactory factory = this.factories.computeIfAbsent(settings, this.builder::build);
		AuthorizationServer server = AuthorizationServer.at(registration.endpoint().tokenUri());
		return new EndpointTokenFetcher(
				new AuthenticatedRequests(registration.request(), (id) -> server, registration.proofs(), false),
				factory, registration.endpoint().rules(), time);
	}

	@Override
	public void destroy() throws Exception {
		for (ClientHttpRequestFactory factory : this.factories.values()) {
			if (factory instanceof DisposableBean client) {
				client.destroy();
			}
		}
	}

}
