/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link TestAuthorizationServer} answers to a token request.
 *
 * @param status the status
 * @param contentType the content type
 * @param body the body, in which {@link #TOKEN} stands for a token that is new in each
 * answer
 * @param delay how long the request waits for its answer
 * @param retryAfter how long the server wants to be left alone, in whole seconds
 * ({@code Retry-After}, RFC 9110 section 10.2.3); {@code null} if it does not say
 */
public record TokenAnswer(int status, String contentType, String body, Duration delay, @Nullable Duration retryAfter) {

	/** Stands in a body for a new token. */
	public static final String TOKEN = "{token}";

	private static final Duration LIFETIME = Duration.ofHours(1);

	/**
	 * A token that lives for an hour.
	 * @return the answer
	 */
	public static TokenAnswer token() {
		return token(LIFETIME);
	}

	/**
	 * A token.
	 * @param lifetime how long it lives, in whole seconds
	 * @return the answer
	 */
	public static TokenAnswer token(Duration lifetime) {
		return of(200, "application/json", "{\"access_token\":\"" + TOKEN
				+ "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime.toSeconds() + "}");
	}

	/**
	 * An error, as in RFC 6749 section 5.2.
	 * @param status the status: 400, or 401 for {@code invalid_client}
	 * @param code the error code, such as {@code invalid_scope}
	 * @return the answer
	 */
	public static TokenAnswer error(int status, String code) {
		return of(status, "application/json", "{\"error\":\"" + code + "\"}");
	}

	/**
	 * A status without a word of explanation.
	 * @param status the status, such as 503
	 * @return the answer
	 */
	public static TokenAnswer status(int status) {
		return of(status, "text/plain", "");
	}

	/**
	 * Any answer.
	 * @param status the status
	 * @param contentType the content type
	 * @param body the body, in which {@link #TOKEN} stands for a new token
	 * @return the answer
	 */
	public static TokenAnswer of(int status, String contentType, String body) {
		return new TokenAnswer(status, contentType, body, Duration.ZERO, null);
	}

	/**
	 * The same, late.
	 * @param delay how long the request waits for its answer
	 * @return the answer
	 */
	public TokenAnswer after(Duration delay) {
		return new TokenAnswer(this.status, this.contentType, this.body, delay, this.retryAfter);
	}

	/**
	 * The same from a server that wants to be left alone.
	 * @param pause how long, in whole seconds
	 * @return the answer
	 */
	public TokenAnswer withRetryAfter(Duration pause) {
		return new TokenAnswer(this.status, this.contentType, this.body, this.delay, pause);
	}

}
