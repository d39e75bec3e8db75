/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The time after a failure in which no token request is made. Grows with each failure of
 * the same kind until a success ends it. Reading is thread-safe, and so is sharing; other
 * writing is guarded by the lock of the source that owns it.
 */
final class Cooldown {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private static final long HOUR = TimeUnit.HOURS.toNanos(1);

	/** Of all registrations that the server throttles together. */
	private final @Nullable Cooldown shared;

	private volatile @Nullable Pause pause;

	Cooldown() {
		this(null);
	}

	Cooldown(@Nullable Cooldown shared) {
		this.shared = shared;
	}

	/**
	 * The pause that holds at a time, if one does.
	 */
	@Nullable Pause at(long now) {
		Pause own = this.pause;
		if (own != null && now - own.until() >= 0) {
			own = null;
		}
		Pause other = (this.shared != null) ? this.shared.at(now) : null;
		return (own == null || (other != null && other.until() - own.until() > 0)) ? other : own;
	}

	/**
	 * Whether the last flight failed.
	 */
	boolean followsFailure() {
		return this.pause != null;
	}

	/**
	 * Begin the pause that follows a failure.
	 * @param usable how long the token at hand can still be used, in nanoseconds; not
	 * positive if there is none
	 */
	Pause begin(TokenFailure failure, long now, long usable, double jitter) {
		Pause last = this.pause;
		int failures = (last != null && last.failure().kind() == failure.kind()) ? last.failures() + 1 : 1;
		Pause pause = new Pause(failure, failures, now + length(failure, failures, usable, jitter));
		this.pause = pause;
		if (failure.kind() == TokenFailure.Kind.THROTTLED && this.shared != null) {
			this.shared.share(pause);
		}
		return pause;
	}

	/**
	 * Hold a pause that began elsewhere, unless a longer one holds already.
	 */
	synchronized void share(Pause pause) {
		Pause last = this.pause;
		if (last == null || pause.until() - last.until() > 0) {
			this.pause = pause;
		}
	}

	void end() {
		this.pause = null;
	}

	private static long length(TokenFailure failure, int failures, long usable, double jitter) {
		return switch (failure.kind()) {
			case THROTTLED -> throttled(failure.retryAfter(), failures, jitter);
			case LASTING -> doubling(5 * SECOND, failures, 5 * MINUTE, jitter);
			case PASSING, CALLER -> passing(failures, usable, jitter);
		};
	}

	private static long throttled(@Nullable Duration retryAfter, int failures, double jitter) {
		if (retryAfter == null) {
			return doubling(5 * SECOND, failures, 5 * MINUTE, jitter);
		}
		return Math.max(SECOND, (retryAfter.compareTo(Duration.ofHours(1)) < 0) ? retryAfter.toNanos() : HOUR);
	}

	private static long passing(int failures, long usable, double jitter) {
		if (usable <= 0) {
			return doubling(SECOND, failures, 30 * SECOND, jitter);
		}
		long length = doubling(SECOND, failures, MINUTE, jitter);
		return Math.max(SECOND, Math.min(length, usable / 4));
	}

	/**
	 * A pause that doubles from its first length to its longest, within a fifth.
	 */
	private static long doubling(long first, int failures, long longest, double jitter) {
		long doubled = Math.min(first << Math.min(failures - 1, 10), longest);
		return Math.min(longest, (long) (doubled * (0.8 + 0.4 * jitter)));
	}

	/**
	 * One pause.
	 *
	 * @param failure what it follows
	 * @param failures how many of this kind came one after another
	 * @param until when it ends, on the monotonic clock
	 */
	record Pause(TokenFailure failure, int failures, long until) {

		/**
		 * What callers are told during the pause.
		 */
		TokenFailure explain(String registrationId, Timekeeper time) {
			return this.failure.withNextAttempt(registrationId, time.instant().plusNanos(this.until - time.nanoTime()));
		}

	}

}
