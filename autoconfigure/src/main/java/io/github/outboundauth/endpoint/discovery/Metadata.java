/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Metadata of an issuer.
 *
 * @param server what it says
 * @param location where it was found
 * @param lifetime how long it counts without being asked for again
 */
record Metadata(AuthorizationServer server, URI location, Duration lifetime) {

	private static final Pattern MAX_AGE = Pattern.compile("(?<![\\w-])max-age\\s*=\\s*\"?(\\d+)",
			Pattern.CASE_INSENSITIVE);

	private static final long MINUTE = 60;

	private static final long DAY = 86_400;

	private static final Duration USUAL_LIFETIME = Duration.ofHours(1);

	/**
	 * As the server wants it, within reason. That it wants nothing to be stored does not
	 * count: metadata that was asked for each time would be one more thing to fail.
	 * @param cacheControl the value of the header {@code Cache-Control}
	 */
	static Duration lifetime(@Nullable String cacheControl) {
		Matcher maxAge = MAX_AGE.matcher((cacheControl != null) ? cacheControl : "");
		if (!maxAge.find()) {
			return USUAL_LIFETIME;
		}
		String digits = maxAge.group(1);
		long seconds = (digits.length() <= 9) ? Long.parseLong(digits) : DAY;
		return Duration.ofSeconds(Math.min(DAY, Math.max(MINUTE, seconds)));
	}

}
