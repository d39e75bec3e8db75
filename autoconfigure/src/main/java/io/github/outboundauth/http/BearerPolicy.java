/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;

import org.springframework.http.HttpHeaders;

import io.github.outboundauth.token.AccessToken;

/**
 * What a registration does with its token.
 *
 * @param origins where the token may go
 * @param replayUnauthorized whether a call that is answered with 401 is repeated once
 * with a new token
 * @param requireToken whether a call fails if no token can be had; otherwise it is sent
 * without
 * @param header how requests carry the token
 */
public record BearerPolicy(AllowedOrigins origins, boolean replayUnauthorized, boolean requireToken,
		TokenHeader header) {

	/**
	 * Create a policy for requests that carry the token as RFC 6750 wants it.
	 * @param origins where the token may go
	 * @param replayUnauthorized whether a call that is answered with 401 is repeated once
	 * with a new token
	 * @param requireToken whether a call fails if no token can be had; otherwise it is
	 * sent without
	 */
	public BearerPolicy(AllowedOrigins origins, boolean replayUnauthorized, boolean requireToken) {
		this(origins, replayUnauthorized, requireToken, TokenHeader.STANDARD);
	}

	/**
	 * The same with one more origin.
	 */
	BearerPolicy allowing(URI url) {
		return new BearerPolicy(this.origins.and(url), this.replayUnauthorized, this.requireToken, this.header);
	}

	/**
	 * The header that carries a token.
	 *
	 * @param name its name
	 * @param scheme what stands before the token; nothing if it is empty
	 */
	public record TokenHeader(String name, String scheme) {

		/** The header of RFC 6750 section 2.1. */
		public static final TokenHeader STANDARD = new TokenHeader(HttpHeaders.AUTHORIZATION, "Bearer");

		/** In lower case: maps of headers look up any other spelling by a copy of it. */
		private static final String AUTHORIZATION = "authorization";

		/**
		 * Create a header.
		 */
		public TokenHeader {
			name = HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name) ? HttpHeaders.AUTHORIZATION : name;
		}

		/**
		 * Whether the application put something into the header of RFC 6750.
		 */
		static boolean hasCredentials(HttpHeaders headers) {
			return headers.containsHeader(AUTHORIZATION);
		}

		/**
		 * Whether the application put something into this header, if it is another one.
		 */
		boolean isTakenIn(HttpHeaders headers) {
			return !isStandard() && headers.containsHeader(this.name);
		}

		void addTo(HttpHeaders headers, AccessToken token) {
			headers.set(this.name, valueOf(token));
		}

		String valueOf(AccessToken token) {
			if (this.scheme.equals(STANDARD.scheme)) {
				return token.headerValue();
			}
			return this.scheme.isEmpty() ? token.value() : this.scheme + " " + token.value();
		}

		void removeFrom(HttpHeaders headers) {
			headers.remove(isStandard() ? AUTHORIZATION : this.name);
		}

		boolean isStandard() {
			return this.name.equals(HttpHeaders.AUTHORIZATION);
		}

	}

}
