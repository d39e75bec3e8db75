/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Makes one token request. Blocks, and may be interrupted when its time is up.
 */
@FunctionalInterface
public interface TokenFetcher {

	/**
	 * The attribute of a token request that names its registration. Whoever adds tokens
	 * to requests refuses one that has it, with an error of this code: it would wait for
	 * itself.
	 */
	String REQUEST = TokenFetcher.class.getName() + ".REQUEST";

	/**
	 * Ask for a token once.
	 * @return the answer, or why there is none
	 */
	Result fetch();

	/**
	 * Whether a request may have to wait for the token of another registration. It does
	 * not count among the few requests that are made to one endpoint at a time then:
	 * those that wait would leave no place for what they wait for.
	 * @return whether it may wait for another; not, unless something else is said
	 */
	default boolean mayWaitForAnother() {
		return false;
	}

	/**
	 * What comes of a token request.
	 */
	sealed interface Result permits Response, TokenFailure {

	}

	/**
	 * A successful answer, as in RFC 6749 section 5.1.
	 *
	 * @param token the access token
	 * @param scopes the granted scopes; empty if the server did not say
	 * @param expiresIn the lifetime; {@code null} if missing or unusable
	 * @param refreshIn when the server wants the token to be replaced, if it says so
	 * @param requestedAt the reading of {@link Timekeeper#nanoTime()} when the request
	 * was sent
	 * @param remarks what an operator should know of the answer, although it is usable;
	 * sentences without their full stop, and without anything secret
	 */
	record Response(String token, Set<String> scopes, @Nullable Duration expiresIn, @Nullable Duration refreshIn,
			long requestedAt, List<String> remarks) implements Result {

		/**
		 * Create an answer without remarks.
		 * @param token the access token
		 * @param scopes the granted scopes; empty if the server did not say
		 * @param expiresIn the lifetime; {@code null} if missing or unusable
		 * @param refreshIn when the server wants the token to be replaced, if it says so
		 * @param requestedAt the reading of {@link Timekeeper#nanoTime()} when the
		 * request was sent
		 */
		public Response(String token, Set<String> scopes, @Nullable Duration expiresIn, @Nullable Duration refreshIn,
				long requestedAt) {
			this(token, scopes, expiresIn, refreshIn, requestedAt, List.of());
		}

		@Override
		public String toString() {
			return "Response[token=******, scopes=" + this.scopes + ", expiresIn=" + this.expiresIn + ", refreshIn="
					+ this.refreshIn + "]";
		}

	}

}
