/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Instant;

import io.github.outboundauth.token.RefreshPolicy.Schedule;

/**
 * A token with the readings of the monotonic clock between which it lives. Whether it was
 * used is written without synchronization, and only once: a late reader loses a refresh
 * ahead, never a token.
 */
final class HeldToken {

	private final AccessToken token;

	private final long staleAt;

	private final long expiredAt;

	private boolean used;

	private HeldToken(AccessToken token, long staleAt, long expiredAt) {
		this.token = token;
		this.staleAt = staleAt;
		this.expiredAt = expiredAt;
	}

	static HeldToken of(TokenFetcher.Response response, Schedule schedule, Timekeeper time) {
		long requestedAt = response.requestedAt();
		Instant issuedAt = time.instant().minusNanos(time.nanoTime() - requestedAt);
		AccessToken token = new AccessToken(response.token(), response.scopes(), issuedAt,
				issuedAt.plus(schedule.lifetime()));
		return new HeldToken(token, requestedAt + schedule.staleAfter(), requestedAt + schedule.expiredAfter());
	}

	AccessToken token() {
		return this.token;
	}

	boolean isFresh(long now) {
		return now - this.staleAt < 0;
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

	boolean hasSameValueAs(AccessToken other) {
		return this.token.hasSameValueAs(other);
	}

	AccessToken use() {
		if (!this.used) {
			this.used = true;
		}
		return this.token;
	}

	boolean wasUsed() {
		return this.used;
	}

}
