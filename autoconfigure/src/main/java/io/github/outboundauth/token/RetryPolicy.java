/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

/**
 * Decides how often and how long one flight tries.
 *
 * @param maxAttempts the token requests of a flight that follows a success; a flight that
 * follows a failed one makes one
 * @param backoff the pause before the second attempt; doubles with each further one
 * @param maxBackoff the longest pause
 * @param totalTimeout the deadline over all attempts of a flight
 */
public record RetryPolicy(int maxAttempts, Duration backoff, Duration maxBackoff, Duration totalTimeout) {

	/** The policy of a registration that says nothing else. */
	public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofMillis(250), Duration.ofSeconds(5),
			Duration.ofSeconds(10));

	Duration pauseAfter(int attempt, double jitter) {
		long doubled = this.backoff.toNanos() << Math.min(attempt - 1, 16);
		long capped = (doubled < 0) ? this.maxBackoff.toNanos() : Math.min(doubled, this.maxBackoff.toNanos());
		return Duration.ofNanos((long) (capped * (0.5 + jitter / 2)));
	}

}
