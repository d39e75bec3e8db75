/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.outboundauth.token.TokenListener;

/**
 * Counts what listeners are told. Thread-safe.
 */
final class Events implements TokenListener {

	private final AtomicInteger obtained = new AtomicInteger();

	private final AtomicInteger refreshFailed = new AtomicInteger();

	private final AtomicInteger rejected = new AtomicInteger();

	private final AtomicInteger degraded = new AtomicInteger();

	private final AtomicInteger recovered = new AtomicInteger();

	@Override
	public void obtained(Obtained event) {
		this.obtained.incrementAndGet();
	}

	@Override
	public void refreshFailed(RefreshFailed event) {
		this.refreshFailed.incrementAndGet();
	}

	@Override
	public void rejected(Rejected event) {
		this.rejected.incrementAndGet();
	}

	@Override
	public void degraded(RefreshFailed event) {
		this.degraded.incrementAndGet();
	}

	@Override
	public void recovered(Recovered event) {
		this.recovered.incrementAndGet();
	}

	int obtained() {
		return this.obtained.get();
	}

	int refreshFailed() {
		return this.refreshFailed.get();
	}

	int rejected() {
		return this.rejected.get();
	}

	int degraded() {
		return this.degraded.get();
	}

	int recovered() {
		return this.recovered.get();
	}

}
