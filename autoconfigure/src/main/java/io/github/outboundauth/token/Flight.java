/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A fetch in progress, with all its attempts. Belongs to no caller: those who wait for it
 * may leave.
 */
final class Flight {

	private final CompletableFuture<Landing> landing = new CompletableFuture<>();

	private final int maxAttempts;

	private final long deadline;

	private boolean awaited; // guarded by the lock of the source

	/** Written by the one attempt that runs; attempts follow one another. */
	private int attempts;

	private @Nullable Thread thread; // guarded by this

	private boolean over; // guarded by this

	Flight(int maxAttempts, long deadline) {
		this.maxAttempts = maxAttempts;
		this.deadline = deadline;
	}

	CompletableFuture<Landing> landing() {
		return this.landing;
	}

	long deadline() {
		return this.deadline;
	}

	int attempts() {
		return this.attempts;
	}

	/**
	 * Note that a caller will use the token this flight brings.
	 */
	void expect() {
		this.awaited = true;
	}

	boolean isAwaited() {
		return this.awaited;
	}

	boolean hasAttemptsLeft() {
		return this.attempts < this.maxAttempts;
	}

	/**
	 * Make one attempt on this thread, which can be interrupted until it returns.
	 */
	TokenFetcher.@Nullable Result attempt(TokenFetcher fetcher) {
		synchronized (this) {
			if (this.over) {
				return null;
			}
			this.thread = Thread.currentThread();
		}
		this.attempts++;
		try {
			return fetcher.fetch();
		}
		finally {
			synchronized (this) {
				this.thread = null;
				if (this.over) {
					// An interrupt meant for the attempt must not reach the thread's next
					// task.
					Thread.interrupted();
				}
			}
		}
	}

	/**
	 * Wake those who wait, and free the thread of an attempt that is still running.
	 */
	void land(Landing landing) {
		synchronized (this) {
			this.over = true;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		this.landing.complete(landing);
	}

	/**
	 * How a flight ended: with a token or with a failure.
	 *
	 * @param token the token
	 * @param failure the failure
	 */
	record Landing(@Nullable AccessToken token, @Nullable TokenFailure failure) {

		AccessToken orThrow(Function<TokenFailure, RuntimeException> exceptions) {
			if (this.token != null) {
				return this.token;
			}
			if (this.failure != null) {
				throw exceptions.apply(this.failure);
			}
			throw new IllegalStateException("A flight ends with a token or with a failure");
		}

	}

}
