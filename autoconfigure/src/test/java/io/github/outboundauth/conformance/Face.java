/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

/**
 * One way to use a token.
 */
interface Face {

	/**
	 * Begin a call, and return when it has ended or waits.
	 */
	void begin(CallInProgress call);

	/**
	 * The ways there are.
	 */
	enum Kind {

		/** The token is asked for; nothing is called. */
		TOKEN_SOURCE,

		/** A {@code RestClient} calls an API. */
		REST_CLIENT,

		/** A {@code WebClient} calls an API. */
		WEB_CLIENT;

		Face in(World world) {
			return switch (this) {
				case TOKEN_SOURCE -> new TokenSourceFace(world);
				case REST_CLIENT -> new RestClientFace(world);
				case WEB_CLIENT -> new WebClientFace(world);
			};
		}

	}

}
