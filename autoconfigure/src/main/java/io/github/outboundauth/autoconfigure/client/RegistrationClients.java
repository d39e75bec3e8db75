/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;

/**
 * Makes the clients of registrations from the builder of the application.
 *
 * @param <B> the builder
 * @param <C> the client
 */
final class RegistrationClients<B, C> {

	private final OAuthClientRegistrations registrations;

	private final Supplier<B> builders;

	private final BiConsumer<B, String> baseUrl;

	private final BiFunction<B, OAuthClientRegistration, C> build;

	/**
	 * Create a maker of clients.
	 * @param registrations the registrations there are
	 * @param builders gives a builder that nobody else uses
	 * @param baseUrl sets the base URL of a builder
	 * @param build makes the client that carries the tokens of a registration
	 */
	RegistrationClients(OAuthClientRegistrations registrations, Supplier<B> builders, BiConsumer<B, String> baseUrl,
			BiFunction<B, OAuthClientRegistration, C> build) {
		this.registrations = registrations;
		this.builders = builders;
		this.baseUrl = baseUrl;
		this.build = build;
	}

	C create(String id) {
		OAuthClientRegistration registration = this.registrations.get(id);
		B builder = this.builders.get();
		if (registration.baseUrl() != null) {
			this.baseUrl.accept(builder, registration.baseUrl().toString());
		}
		return this.build.apply(builder, registration);
	}

}
