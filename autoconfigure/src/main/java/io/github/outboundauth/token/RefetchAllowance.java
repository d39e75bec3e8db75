/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.TimeUnit;

/**
 * Bounds how often resource servers can make a source fetch: three token requests at
 * once, and one more every ten seconds. Every flight that is waited for draws on it; only
 * those that a rejection asks for are refused. Guarded by the lock of its source.
 */
final class RefetchAllowance {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

	private static final int BURST = 3;

	/** When the allowance is whole again, on the monotonic clock. */
	private long wholeAt;

	RefetchAllowance(long now) {
		this.wholeAt = now;
	}

	boolean take(long now) {
		if (debt(now) > (BURST - 1) * INTERVAL) {
			return false;
		}
		draw(now);
		return true;
	}

	void draw(long now) {
		this.wholeAt = now + Math.min(debt(now) + INTERVAL, BURST * INTERVAL);
	}

	private long debt(long now) {
		return Math.max(0, this.wholeAt - now);
	}

}
