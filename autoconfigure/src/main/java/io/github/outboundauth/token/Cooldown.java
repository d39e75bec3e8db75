/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * The time after a failure in which no token request is made. Grows with each failure of
 * the same kind until a success ends it. Reading is thread-safe; writing is guarded by
 * the lock of the source that owns it.
 */
final class Cooldown {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private static final long HOUR = TimeUnit.HOURS.toNanos(1);

	private final Throttle throttle;

	private final Map<Kind, Integer> failures = new EnumMap<>(Kind.class);

	private volatile @Nullable Pause pause;

	/** When the first failure came; has no meaning without one. */
	private long since;

	/**
	 * Begin without a pause.
	 * @param throttle of all registrations that the server throttles together
	 */
	Cooldown(Throttle throttle) {
		this.throttle = throttle;
	}

	/**
	 * The pause that holds at a time, if one does.
	 */
	@Nullable Pause at(long now) {
		Pause own = this.pause;
		if (own != null && now - own.until() >= 0) {
			own = null;
		}
		Pause other = this.throttle.at(now);
		return (own == null || (other != null && other.until() - own.until() > 0)) ? other : own;
	}

	/**
	 * The pause that the server asked for, if one holds at a time.
	 */
	@Nullable Pause throttleAt(long now) {
		return this.throttle.at(now);
	}

	/**
	 * How many flights failed since the last one that did not.
	 */
	int failures() {
		return this.failures.values().stream().mapToInt(Integer::intValue).sum();
	}

	/**
	 * How long ago the first of these failed.
	 */
	Duration since(long now) {
		return this.failures.isEmpty() ? Duration.ZERO : Duration.ofNanos(now - this.since);
	}

	/**
	 * Begin the pause that follows a failure.
	 * @param usable how long the token at hand can still be used, in nanoseconds; not
	 * positive if there is none
	 */
	Pause begin(TokenFailure failure, long now, long usable, double jitter) {
		if (this.failures.isEmpty()) {
			this.since = now;
		}
		int failures = this.failures.merge(failure.kind(), 1, Integer::sum);
		Pause pause = new Pause(failure, now + length(failure, failures, usable, jitter));
		this.pause = pause;
		if (failure.kind() == Kind.THROTTLED) {
			share(pause);
		}
		return pause;
	}

	/**
	 * Have others who are throttled together keep a pause. Thread-safe.
	 */
	void share(Pause pause) {
		this.throttle.share(pause);
	}

	/**
	 * End the pause, because somebody changed what it waits for; not one that the server
	 * asked for. What has failed so far still counts.
	 */
	void cutShort() {
		Pause pause = this.pause;
		if (pause != null && pause.failure().kind() != Kind.THROTTLED) {
			this.pause = null;
		}
	}

	/**
	 * End the pause after a success.
	 */
	void end() {
		this.pause = null;
		this.failures.clear();
	}

	private static long length(TokenFailure failure, int failures, long usable, double jitter) {
		return switch (failure.kind()) {
			case THROTTLED -> throttled(failure.retryAfter(), failures, jitter);
			case LASTING, PROTOCOL -> doubling(5 * SECOND, failures, 5 * MINUTE, jitter);
			case PASSING, CALLER, BLOCKING -> passing(failures, usable, jitter);
		};
	}

	private static long throttled(@Nullable Duration retryAfter, int failures, double jitter) {
		return (retryAfter != null) ? asAsked(retryAfter, jitter) : doubling(5 * SECOND, failures, 5 * MINUTE, jitter);
	}

	/**
	 * The pause a server asked for, or up to a tenth longer: others were asked the same.
	 */
	static long asAsked(Duration retryAfter, double jitter) {
		long asked = Math.max(SECOND, (retryAfter.compareTo(Duration.ofHours(1)) < 0) ? retryAfter.toNanos() : HOUR);
		return Math.min(HOUR, asked + (long) (asked / 10 * jitter));
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
	 * @param until when it ends, on the monotonic clock
	 */
	record Pause(TokenFailure failure, long until) {

		/**
		 * What callers are told during the pause.
		 */
		TokenFailure explain(String registrationId, Timekeeper time) {
			return this.failure.withNextAttempt(registrationId, time.instant().plusNanos(this.until - time.nanoTime()));
		}

	}

	/**
	 * The pause that a server asked one client for, whichever of its registrations it
	 * asked. Thread-safe.
	 */
	static final class Throttle {

		private volatile @Nullable Pause pause; // written under this

		private @Nullable Pause at(long now) {
			Pause pause = this.pause;
			return (pause != null && now - pause.until() < 0) ? pause : null;
		}

		/**
		 * Hold a pause, unless a longer one holds already.
		 */
		synchronized void share(Pause pause) {
			Pause last = this.pause;
			if (last == null || pause.until() - last.until() > 0) {
				this.pause = pause;
			}
		}

	}

}
