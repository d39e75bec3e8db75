/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.util.Map;

import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import io.github.outboundauth.token.AccessToken;

/**
 * Makes Spring Security's authorized clients from our tokens.
 */
final class AuthorizedClients {

	private final Map<String, ClientRegistration> registrations;

	AuthorizedClients(Map<String, ClientRegistration> registrations) {
		this.registrations = Map.copyOf(registrations);
	}

	/**
	 * Whether a request is about one of our registrations.
	 */
	boolean areMeantBy(OAuth2AuthorizeRequest request) {
		return this.registrations.containsKey(request.getClientRegistrationId());
	}

	OAuth2AuthorizedClient create(OAuth2AuthorizeRequest request, AccessToken token) {
		ClientRegistration registration = this.registrations.get(request.getClientRegistrationId());
		if (registration == null) {
			throw new IllegalArgumentException(
					"No OAuth2 client '" + request.getClientRegistrationId() + "' is configured");
		}
		OAuth2AccessToken accessToken = new OAuth2AccessToken(TokenType.BEARER, token.value(), token.issuedAt(),
				token.expiresAt(), token.scopes());
		return new OAuth2AuthorizedClient(registration, request.getPrincipal().getName(), accessToken);
	}

}
