/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;
import io.github.outboundauth.token.TokenSources.Callers;

/**
 * The tokens of {@link AutoConfigureTestTokens}: one for each registration, always the
 * same.
 */
public final class TestTokens {

	static final String PREFIX = "test-token-";

	private static final Duration LIFETIME = Duration.ofDays(1);

	private TestTokens() {
	}

	/**
	 * The token of a registration.
	 * @param registrationId the registration id; it need not exist
	 * @return the token, as it follows {@code Bearer} in the header
	 */
	public static String of(String registrationId) {
		return PREFIX + registrationId;
	}

	/**
	 * The usual sources, whose fetches end at once and on the thread of the caller.
	 */
	static TokenSources sources(Collection<OAuthClientRegistration> registrations, List<TokenListener> listeners) {
		TimeWithoutTimer time = new TimeWithoutTimer();
		return new TokenSources(registrations.stream().map((registration) -> source(registration, time)).toList(), time,
				Runnable::run, listeners, new Callers(TokenUnavailableException::new, () -> true));
	}

	private static TokenSources.Registration source(OAuthClientRegistration registration, TimeWithoutTimer time) {
		return registration.toSource(
				() -> new TokenFetcher.Response(of(registration.id()), Set.of(), LIFETIME, null, time.nanoTime()));
	}

}
