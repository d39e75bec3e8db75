/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.time.Duration;
import java.time.Instant;

import io.github.outboundauth.token.Timekeeper;

/**
 * The real time, in which nothing happens by itself. A token whose fetch ends at once
 * needs none: it is replaced by the call that finds it stale.
 */
final class TimeWithoutTimer implements Timekeeper {

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	@Override
	public Instant instant() {
		return Instant.now();
	}

	@Override
	public double jitter() {
		return 0;
	}

	@Override
	public Alarm wake(Duration delay, Runnable task) {
		return () -> {
		};
	}

}
