/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;

import io.github.outboundauth.token.TokenSources;

/**
 * The tokens that requests may carry, by registration id. Immutable.
 */
public final class BearerTokens {

	private final TokenSources sources;

	private final boolean followsRedirects;

	private final Map<String, BearerAccess> accesses = new HashMap<>();

	/**
	 * Pair sources with policies.
	 * @param sources the sources
	 * @param policies a policy for each registration id
	 */
	public BearerTokens(TokenSources sources, Map<String, BearerPolicy> policies) {
		this.sources = sources;
		this.followsRedirects = false;
		policies.forEach((id, policy) -> this.accesses.put(id, new BearerAccess(id, sources.get(id), policy, false)));
	}

	private BearerTokens(BearerTokens tokens, boolean followsRedirects, UnaryOperator<BearerAccess> change) {
		this.sources = tokens.sources;
		this.followsRedirects = followsRedirects;
		tokens.accesses.forEach((id, access) -> this.accesses.put(id, change.apply(access)));
	}

	/**
	 * The same for an HTTP engine that follows no redirects.
	 */
	BearerTokens followingRedirects() {
		return new BearerTokens(this, true, BearerAccess::followingRedirects);
	}

	/**
	 * The same with one more origin each for some of the registrations, which must exist.
	 */
	BearerTokens allowing(Map<String, URI> urls) {
		urls.keySet().forEach(this::get);
		return new BearerTokens(this, this.followsRedirects, (access) -> {
			URI url = urls.get(access.registrationId());
			return (url != null) ? access.allowing(url) : access;
		});
	}

	boolean followsRedirects() {
		return this.followsRedirects;
	}

	@Nullable BearerAccess find(String registrationId) {
		return this.accesses.get(registrationId);
	}

	BearerAccess get(String registrationId) {
		BearerAccess access = find(registrationId);
		if (access == null) {
			this.sources.get(registrationId);
			throw new IllegalStateException("Registration '" + registrationId + "' has no policy");
		}
		return access;
	}

	Collection<String> registrationIds() {
		return this.sources.registrationIds();
	}

	/**
	 * A request was not sent, because neither it nor its client names a registration: a
	 * mistake in the program. The message says what to write.
	 */
	public static final class NoRegistrationException extends IllegalStateException {

		private static final long serialVersionUID = 1L;

		NoRegistrationException(Collection<String> registrationIds) {
			super("The request names no OAuth2 client. Set the attribute with "
					+ "ClientAttributes.clientRegistrationId(..), or use forRegistration(..). Known: " + registrationIds
					+ ".");
		}

	}

	/**
	 * A request was not sent, because it must not carry the token of its registration: a
	 * mistake in the program or in its configuration. The message says what to write.
	 */
	public static final class RequestRefusedException extends ClientAuthorizationException {

		private static final long serialVersionUID = 1L;

		RequestRefusedException(String registrationId, String error, String message) {
			super(new OAuth2Error(error, message, null), registrationId, message);
		}

	}

}
