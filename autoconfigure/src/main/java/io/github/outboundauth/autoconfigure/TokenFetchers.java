/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import io.github.outboundauth.autoconfigure.endpoint.HttpSettings;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.endpoint.AuthenticatedRequests;
import io.github.outboundauth.endpoint.EndpointTokenFetcher;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Makes what fetches the tokens of registrations.
 */
final class TokenFetchers {

	private final TokenEndpointClients clients;

	private final Timekeeper time;

	TokenFetchers(TokenEndpointClients clients, Timekeeper time) {
		this.clients = clients;
		this.time = time;
	}

	TokenFetcher fetcher(OAuthClientRegistration registration) {
		HttpSettings http = new HttpSettings(registration.endpoint().connectTimeout(),
				registration.endpoint().readTimeout(), null, null);
		AuthorizationServer server = AuthorizationServer.at(registration.endpoint().tokenUri());
		return new EndpointTokenFetcher(
				new AuthenticatedRequests(registration.request(), (id) -> server, registration.proofs(), false),
				this.clients.factory(http), registration.endpoint().rules(), this.time);
	}

}
