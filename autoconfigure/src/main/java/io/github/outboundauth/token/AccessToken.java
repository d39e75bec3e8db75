/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Instant;
import java.util.Set;

/**
 * An access token as callers get it. Immutable; printing it never shows its value.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750 section
 * 2.1</a>
 */
public final class AccessToken {

	private final String headerValue;

	private final Set<String> scopes;

	private final Instant issuedAt;

	private final Instant expiresAt;

	/**
	 * Create a token.
	 * @param value the token as the authorization server sent it
	 * @param scopes the granted scopes; empty if the server did not say
	 * @param issuedAt when the token was asked for, by the wall clock
	 * @param expiresAt when the server stops accepting it, by the wall clock
	 */
	public AccessToken(String value, Set<String> scopes, Instant issuedAt, Instant expiresAt) {
		this.headerValue = "Bearer " + value;
		this.scopes = Set.copyOf(scopes);
		this.issuedAt = issuedAt;
		this.expiresAt = expiresAt;
	}

	/**
	 * The bare token.
	 * @return the value, without the scheme
	 */
	public String value() {
		return this.headerValue.substring("Bearer ".length());
	}

	/**
	 * The finished value of the {@code Authorization} header, built once per token.
	 * @return {@code Bearer} and the token
	 */
	public String headerValue() {
		return this.headerValue;
	}

	/**
	 * The scopes that the authorization server granted.
	 * @return the scopes; empty if the server did not say
	 */
	public Set<String> scopes() {
		return this.scopes;
	}

	/**
	 * When the token was asked for, by the wall clock.
	 * @return an instant for information: whether a token is used is decided on the
	 * monotonic clock
	 */
	public Instant issuedAt() {
		return this.issuedAt;
	}

	/**
	 * When the server stops accepting the token, by the wall clock.
	 * @return an instant for information: whether a token is used is decided on the
	 * monotonic clock
	 */
	public Instant expiresAt() {
		return this.expiresAt;
	}

	/**
	 * Whether the other token has the same value: a server may hand out a token again.
	 * @param other the token to compare with
	 * @return whether a resource server could tell the two apart
	 */
	public boolean hasSameValueAs(AccessToken other) {
		return this.headerValue.equals(other.headerValue);
	}

	@Override
	public String toString() {
		return "AccessToken[value=******, scopes=" + this.scopes + ", expiresAt=" + this.expiresAt + "]";
	}

}
