/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.util.Map;

import reactor.core.publisher.Mono;

import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.token.TokenSources;

/**
 * The reactive twin of {@link TokenSourceAuthorizedClientManager}. Does not block.
 * Thread-safe.
 */
public final class TokenSourceReactiveAuthorizedClientManager implements ReactiveOAuth2AuthorizedClientManager {

	private final TokenSources sources;

	private final AuthorizedClients clients;

	/**
	 * Create a manager.
	 * @param sources the sources
	 * @param registrations a registration for each id, without its secret
	 */
	public TokenSourceReactiveAuthorizedClientManager(TokenSources sources,
			Map<String, ClientRegistration> registrations) {
		this.sources = sources;
		this.clients = new AuthorizedClients(registrations);
	}

	@Override
	public Mono<OAuth2AuthorizedClient> authorize(OAuth2AuthorizeRequest request) {
		return Mono.defer(() -> Mono.fromCompletionStage(this.sources.get(request.getClientRegistrationId()).token()))
			.map((token) -> this.clients.create(request, token));
	}

	/**
	 * The same, with another manager for registrations that are not ours.
	 * @param other answers for all registrations but ours
	 * @return a manager that answers for both
	 */
	public ReactiveOAuth2AuthorizedClientManager or(ReactiveOAuth2AuthorizedClientManager other) {
		return (request) -> this.clients.areMeantBy(request) ? authorize(request) : other.authorize(request);
	}

}
