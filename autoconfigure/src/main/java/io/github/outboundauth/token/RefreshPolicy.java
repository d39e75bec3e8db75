/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Decides from its lifetime when a token is stale and when it is expired.
 *
 * @param outageTolerance how long an outage of the authorization server a token in use
 * should survive
 * @param margin how long before its end a token is expired; never more than a tenth of
 * its lifetime
 * @param defaultLifetime the lifetime of a token whose answer has no usable one
 * @param maxLifetime the longest lifetime that is believed
 * @param keepWarm whether a token is replaced ahead of time even when nobody used it
 */
public record RefreshPolicy(Duration outageTolerance, Duration margin, Duration defaultLifetime, Duration maxLifetime,
		boolean keepWarm) {

	/** The policy of a registration that says nothing else. */
	public static final RefreshPolicy DEFAULT = new RefreshPolicy(Duration.ofMinutes(10), Duration.ofSeconds(30),
			Duration.ofMinutes(5), Duration.ofHours(24), false);

	/** What a flight with its retries may need on top of the outage. */
	private static final Duration RECOVERY = Duration.ofSeconds(90);

	Schedule schedule(@Nullable Duration expiresIn, @Nullable Duration refreshIn, double jitter) {
		long lifetime = lifetime(expiresIn).toNanos();
		long window = Math.min(lifetime / 2, Math.max(lifetime / 20, this.outageTolerance.plus(RECOVERY).toNanos()));
		long staleAfter = lifetime - window - (long) (jitter * (lifetime / 10));
		if (refreshIn != null && !refreshIn.isNegative() && !refreshIn.isZero()
				&& refreshIn.compareTo(Duration.ofNanos(staleAfter)) < 0) {
			staleAfter = refreshIn.toNanos();
		}
		long expiredAfter = lifetime - Math.min(this.margin.toNanos(), lifetime / 10);
		return new Schedule(Duration.ofNanos(lifetime), Math.min(staleAfter, expiredAfter), expiredAfter);
	}

	private Duration lifetime(@Nullable Duration expiresIn) {
		Duration lifetime = (expiresIn == null || expiresIn.isNegative() || expiresIn.isZero()) ? this.defaultLifetime
				: expiresIn;
		return (lifetime.compareTo(this.maxLifetime) < 0) ? lifetime : this.maxLifetime;
	}

	/**
	 * The life of one token, in nanoseconds from the moment its request was sent.
	 *
	 * @param lifetime the whole of it
	 * @param staleAfter from when on a replacement is fetched
	 * @param expiredAfter from when on it is not used
	 */
	record Schedule(Duration lifetime, long staleAfter, long expiredAfter) {

	}

}
