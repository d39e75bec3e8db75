/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.RefreshPolicy.Schedule;

/**
 * A token with the readings of the monotonic clock between which it lives. When it was
 * used last is written without synchronization, and once a second at most: a late reader
 * loses a refresh ahead, never a token.
 */
final class HeldToken {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	/** A server that hands out the same token again is not asked more often. */
	private static final long SAME_TOKEN_INTERVAL = 30 * SECOND;

	/** How far the clocks may be apart before one of them jumped, in milliseconds. */
	private static final long DRIFT = 5000;

	private final AccessToken token;

	private final long requestedAt;

	private final long lifetime;

	private final long staleAt;

	private final long expiredAt;

	/** When an earlier token was used, if it was. */
	private final @Nullable Long usedBefore;

	private @Nullable Long usedAt;

	/** Until then it is fresh without a look at the wall clock. */
	private volatile long freshUntil;

	private volatile boolean suspect;

	private boolean rejected; // guarded by the lock of the source

	private HeldToken(AccessToken token, long requestedAt, Schedule schedule, long staleAt, long now,
			@Nullable Long usedBefore) {
		this.token = token;
		this.requestedAt = requestedAt;
		this.lifetime = schedule.lifetime().toNanos();
		this.staleAt = staleAt;
		this.expiredAt = requestedAt + schedule.expiredAfter();
		this.usedBefore = usedBefore;
		this.freshUntil = earlier(staleAt, now + SECOND);
	}

	/**
	 * The token that an answer brought.
	 * @param predecessor the token at hand, if there is one
	 */
	static HeldToken of(TokenFetcher.Response response, Schedule schedule, @Nullable HeldToken predecessor,
			Timekeeper time) {
		long now = time.nanoTime();
		long requestedAt = response.requestedAt();
		Instant issuedAt = time.instant().minusNanos(now - requestedAt);
		AccessToken token = new AccessToken(response.token(), response.scopes(), issuedAt,
				issuedAt.plus(schedule.lifetime()));
		boolean again = predecessor != null && predecessor.hasSameValueAs(token);
		long earliest = now + (again ? SAME_TOKEN_INTERVAL : SECOND);
		long staleAt = later(requestedAt + schedule.staleAfter(), earliest);
		return new HeldToken(token, requestedAt, schedule, earlier(staleAt, requestedAt + schedule.expiredAfter()), now,
				(predecessor != null) ? predecessor.lastUse() : null);
	}

	AccessToken token() {
		return this.token;
	}

	/**
	 * Whether nothing needs to be done; if not, {@link #isStale} knows what it is.
	 */
	boolean isFresh(long now) {
		return now - this.freshUntil < 0;
	}

	/**
	 * Whether a replacement is to be fetched: because it is time, or because the wall
	 * clock jumped against the monotonic one, which does not count the time in which a
	 * machine is suspended.
	 */
	boolean isStale(long now, Timekeeper time) {
		if (now - this.staleAt >= 0 || this.suspect) {
			return true;
		}
		if (isFresh(now)) {
			return false;
		}
		long elapsed = age(now).toMillis();
		long wallElapsed = Duration.between(this.token.issuedAt(), time.instant()).toMillis();
		if (Math.abs(wallElapsed - elapsed) > DRIFT + elapsed / 1000) {
			this.suspect = true;
			return true;
		}
		this.freshUntil = earlier(this.staleAt, now + SECOND);
		return false;
	}

	boolean isUsable(long now) {
		return now - this.expiredAt < 0;
	}

	/**
	 * How long it can still be used, in nanoseconds; not positive if it cannot.
	 */
	long usableFor(long now) {
		return this.expiredAt - now;
	}

	long staleAt() {
		return this.staleAt;
	}

	Duration lifetime() {
		return Duration.ofNanos(this.lifetime);
	}

	Duration age(long now) {
		return Duration.ofNanos(now - this.requestedAt);
	}

	boolean hasSameValueAs(AccessToken other) {
		return this.token.hasSameValueAs(other);
	}

	AccessToken use(long now) {
		Long usedAt = this.usedAt;
		if (usedAt == null || now - usedAt >= SECOND) {
			this.usedAt = now;
		}
		return this.token;
	}

	/**
	 * Whether it is to be replaced ahead of time: it was used, or the one before it was
	 * used so lately that the next call may be near.
	 */
	boolean isWanted(long now) {
		Long usedBefore = this.usedBefore;
		return this.usedAt != null || (usedBefore != null && now - usedBefore < this.lifetime);
	}

	private @Nullable Long lastUse() {
		return (this.usedAt != null) ? this.usedAt : this.usedBefore;
	}

	/**
	 * Note that a resource server refused it.
	 * @return whether that is news
	 */
	boolean reject() {
		boolean news = !this.rejected;
		this.rejected = true;
		return news;
	}

	private static long earlier(long one, long other) {
		return (one - other < 0) ? one : other;
	}

	private static long later(long one, long other) {
		return (one - other > 0) ? one : other;
	}

}
