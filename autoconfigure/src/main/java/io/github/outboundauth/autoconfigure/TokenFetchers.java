/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.endpoint.HttpSettings;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Endpoint;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.endpoint.AuthenticatedRequests;
import io.github.outboundauth.endpoint.EndpointTokenFetcher;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;
import io.github.outboundauth.endpoint.discovery.AuthorizationServerLocator;
import io.github.outboundauth.endpoint.discovery.Discovery;
import io.github.outboundauth.endpoint.discovery.Issuer;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenSources;

/**
 * What asks for the tokens of each registration. Registrations with the same issuer and
 * HTTP client share what is known of it.
 */
final class TokenFetchers {

	private static final Log logger = LogFactory.getLog(TokenFetchers.class);

	private final Map<String, AuthenticatedRequests> requests = new HashMap<>();

	/**
	 * By issuer and HTTP client. As a key a record of these would keep the class loader:
	 * the JDK remembers the types whose hash codes it took.
	 */
	private final Map<List<Object>, Discovery> discoveries = new HashMap<>();

	private final List<TokenSources.Registration> sources = new ArrayList<>();

	private final TokenEndpointClients clients;

	private final Timekeeper time;

	private final Executor executor;

	/**
	 * Create all fetchers.
	 * @param registrations the registrations
	 * @param clients makes their HTTP clients
	 * @param time decides when something happens
	 * @param executor runs the requests that nobody waits for
	 */
	TokenFetchers(OAuthClientRegistrations registrations, TokenEndpointClients clients, Timekeeper time,
			Executor executor) {
		this.clients = clients;
		this.time = time;
		this.executor = executor;
		registrations.all().forEach(this::add);
	}

	private void add(OAuthClientRegistration registration) {
		try {
			Endpoint endpoint = registration.endpoint();
			ClientHttpRequestFactory client = this.clients.factory(endpoint.http());
			if (endpoint.http().proxy() != null) {
				this.clients.checkProxy(endpoint.http().proxy(), address(endpoint));
			}
			boolean certificate = hasCertificate(endpoint.http());
			if (!certificate && registration.provesWithCertificate()) {
				throw invalid(registration, "http.ssl.bundle",
						"names the SSL bundle '" + endpoint.http().sslBundle() + "', which has no key",
						"add the certificate of the client and its key to the bundle");
			}
			remindOfBoundTokens(registration);
			AuthenticatedRequests requests = new AuthenticatedRequests(registration.request(), registration.supplied(),
					locator(endpoint, client), registration.proofs(), certificate);
			this.requests.put(registration.id(), requests);
			this.sources
				.add(registration.toSource(new EndpointTokenFetcher(requests, client, endpoint.rules(), this.time)));
		}
		catch (InvalidHttpSettingsException ex) {
			throw invalid(registration, ex.key(), ex.problem(), ex.remedy());
		}
	}

	private static void remindOfBoundTokens(OAuthClientRegistration registration) {
		String bundle = registration.endpoint().http().sslBundle();
		if (registration.provesWithCertificate() && !Objects.equals(bundle, registration.api().sslBundle())) {
			logger.info("OAuth2 client '" + registration.id() + "': its tokens may be bound to the certificate of the "
					+ "SSL bundle '" + bundle + "' (RFC 8705 section 3). If they are, set "
					+ registration.keys().apply("api.ssl.bundle") + " to '" + bundle + "', too");
		}
	}

	private static InvalidOAuthClientException invalid(OAuthClientRegistration registration, String key, String problem,
			String remedy) {
		return new InvalidOAuthClientException(
				List.of(new InvalidOAuthClientException.Problem(registration.keys().apply(key), problem, remedy)));
	}

	/**
	 * What is asked first; what the metadata of an issuer names is {@code https}, too.
	 */
	private static URI address(Endpoint endpoint) {
		Issuer issuer = endpoint.issuer();
		if (issuer == null) {
			return endpoint.requireTokenUri();
		}
		return (issuer.metadataUri() != null) ? issuer.metadataUri() : URI.create(issuer.uri());
	}

	private AuthorizationServerLocator locator(Endpoint endpoint, ClientHttpRequestFactory client) {
		Issuer issuer = endpoint.issuer();
		if (issuer == null) {
			AuthorizationServer server = AuthorizationServer.at(endpoint.requireTokenUri());
			return (registrationId) -> server;
		}
		return this.discoveries.computeIfAbsent(List.of(issuer, endpoint.http(), endpoint.rules().maxSize()),
				(place) -> new Discovery(issuer, client, endpoint.rules().maxSize(), this.time, this.executor));
	}

	private boolean hasCertificate(HttpSettings http) {
		return http.sslBundle() != null && this.clients.hasClientKey(http.sslBundle());
	}

	List<TokenSources.Registration> sources() {
		return this.sources;
	}

	/**
	 * What makes the token requests of a registration.
	 */
	AuthenticatedRequests requests(String registrationId) {
		return Objects.requireNonNull(this.requests.get(registrationId));
	}

}
