/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.util.Map;

import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.token.TokenSources;

/**
 * Answers Spring Security's question for an authorized client from our token sources. The
 * principal makes no difference: a client credentials token belongs to the application.
 * Thread-safe.
 */
public final class TokenSourceAuthorizedClientManager implements OAuth2AuthorizedClientManager {

	private final TokenSources sources;

	private final AuthorizedClients clients;

	/**
	 * Create a manager.
	 * @param sources the sources
	 * @param registrations a registration for each id, without its secret
	 */
	public TokenSourceAuthorizedClientManager(TokenSources sources, Map<String, ClientRegistration> registrations) {
		this.sources = sources;
		this.clients = new AuthorizedClients(registrations);
	}

	@Override
	public OAuth2AuthorizedClient authorize(OAuth2AuthorizeRequest request) {
		return this.clients.create(request, this.sources.get(request.getClientRegistrationId()).await());
	}

	/**
	 * The same, with another manager for registrations that are not ours.
	 * @param other answers for all registrations but ours
	 * @return a manager that answers for both
	 */
	public OAuth2AuthorizedClientManager or(OAuth2AuthorizedClientManager other) {
		return (request) -> this.clients.areMeantBy(request) ? authorize(request) : other.authorize(request);
	}

}
