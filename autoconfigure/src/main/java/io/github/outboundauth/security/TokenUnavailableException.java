/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;

import io.github.outboundauth.token.TokenFailure;

/**
 * No token could be had for a registration. The message says what happened and what to
 * do; it holds no secret and has no cause.
 */
public final class TokenUnavailableException extends ClientAuthorizationException {

	private static final long serialVersionUID = 1L;

	private final transient TokenFailure failure;

	/**
	 * Create an exception from a failure.
	 * @param failure why there is no token
	 */
	public TokenUnavailableException(TokenFailure failure) {
		super(new OAuth2Error(failure.code(), failure.message(), null), failure.registrationId(), failure.message());
		this.failure = failure;
	}

	/**
	 * Why there is no token.
	 * @return the failure
	 */
	public TokenFailure failure() {
		return this.failure;
	}

	/**
	 * When the next token request will be made at the earliest.
	 * @return the time, or {@code null} if one may be made at once
	 */
	public @Nullable Instant nextAttempt() {
		return this.failure.nextAttempt();
	}

}
