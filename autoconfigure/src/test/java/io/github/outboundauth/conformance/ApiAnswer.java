/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An answer of the API.
 *
 * @param accepts the one token that is accepted: every other is answered with 401
 * @param status the HTTP status
 * @param headers the HTTP headers
 * @param takes how long it takes
 * @param hangs whether it is held back until it is released
 */
record ApiAnswer(@Nullable String accepts, @Nullable Integer status, Map<String, String> headers,
		@Nullable Duration takes, boolean hangs) implements Answer {

	/** What is answered where a scenario does not say. */
	static final ApiAnswer OK = new ApiAnswer(null, 200, Map.of(), null, false);

	/**
	 * The same for a request with a token.
	 */
	ApiAnswer to(String token) {
		if (this.accepts == null) {
			return this;
		}
		if (this.accepts.equals(token)) {
			return new ApiAnswer(null, 200, this.headers, this.takes, this.hangs);
		}
		Map<String, String> headers = new HashMap<>(this.headers);
		headers.putIfAbsent("WWW-Authenticate", "Bearer error=\"invalid_token\"");
		return new ApiAnswer(null, 401, headers, this.takes, this.hangs);
	}

}
