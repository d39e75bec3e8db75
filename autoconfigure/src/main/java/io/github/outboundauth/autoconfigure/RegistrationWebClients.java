/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.BearerTokenExchangeFilter;

/**
 * Makes a {@code WebClient} for a registration, from the builder of the application.
 */
final class RegistrationWebClients {

	private final ObjectProvider<WebClient.Builder> builders;

	private final BearerTokenExchangeFilter bearerToken;

	private final OAuthClientRegistrations registrations;

	RegistrationWebClients(ObjectProvider<WebClient.Builder> builders, BearerTokenExchangeFilter bearerToken,
			OAuthClientRegistrations registrations) {
		this.builders = builders;
		this.bearerToken = bearerToken;
		this.registrations = registrations;
	}

	WebClient create(String id) {
		OAuthClientRegistration registration = this.registrations.get(id);
		WebClient.Builder builder = this.builders.getIfAvailable(WebClient::builder).clone();
		if (registration.baseUrl() != null) {
			builder.baseUrl(registration.baseUrl().toString());
		}
		return builder.filter(this.bearerToken.forRegistration(id)).build();
	}

}
