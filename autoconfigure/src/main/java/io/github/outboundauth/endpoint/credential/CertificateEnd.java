/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The end of a client's certificate, of which an operator wants to know a week before.
 *
 * @param at the end
 */
public record CertificateEnd(Instant at) {

	private static final Duration NOTICE = Duration.ofDays(7);

	/**
	 * What there is to warn of, to follow "the certificate", or {@code null}.
	 */
	public @Nullable String warning(Instant now) {
		if (this.at.isAfter(now.plus(NOTICE))) {
			return null;
		}
		return (this.at.isAfter(now) ? "ends" : "ended") + " at " + this.at;
	}

}
