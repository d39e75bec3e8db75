/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.http.BearerTokenInterceptor;

/**
 * Makes a {@code RestClient} for a registration, from the builder of the application.
 */
final class RegistrationRestClients {

	private final ObjectProvider<RestClient.Builder> builders;

	private final BearerTokenInterceptor bearerToken;

	private final OAuthClientRegistrations registrations;

	RegistrationRestClients(ObjectProvider<RestClient.Builder> builders, BearerTokenInterceptor bearerToken,
			OAuthClientRegistrations registrations) {
		this.builders = builders;
		this.bearerToken = bearerToken;
		this.registrations = registrations;
	}

	RestClient create(String id) {
		OAuthClientRegistration registration = this.registrations.get(id);
		RestClient.Builder builder = this.builders.getIfAvailable(RestClient::builder).clone();
		if (registration.baseUrl() != null) {
			builder.baseUrl(registration.baseUrl().toString());
		}
		return builder.requestInterceptor(this.bearerToken.forRegistration(id)).build();
	}

}
