/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Timekeeper.Alarm;

/**
 * Calls for a look at the token, one time at a time. Guarded by the lock of the token.
 */
final class RefreshAlarm {

	private final Timekeeper time;

	private final Runnable look;

	private @Nullable Alarm next;

	private boolean closed;

	RefreshAlarm(Timekeeper time, Runnable look) {
		this.time = time;
		this.look = look;
	}

	/**
	 * Call at another time than before.
	 * @param at when, on the monotonic clock
	 */
	void set(long at) {
		cancel();
		if (this.closed) {
			return;
		}
		long delay = Math.max(0, at - this.time.nanoTime());
		try {
			this.next = this.time.wake(Duration.ofNanos(delay), this.look);
		}
		catch (RuntimeException | Error ex) {
			// Calls replace the token, too; those who wait must still be woken.
		}
	}

	void close() {
		this.closed = true;
		cancel();
	}

	private void cancel() {
		if (this.next != null) {
			this.next.cancel();
			this.next = null;
		}
	}

}
