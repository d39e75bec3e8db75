/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Answers from a script and, when that is used up, with {@code token-<n>} for the n-th
 * request, which lives an hour. Thread-safe.
 */
final class ScriptedFetcher implements TokenFetcher {

	static final Duration LIFETIME = Duration.ofHours(1);

	private final Timekeeper time;

	private final Queue<Supplier<Result>> script = new ConcurrentLinkedQueue<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicInteger mostRunning = new AtomicInteger();

	private volatile @Nullable Supplier<Result> always;

	ScriptedFetcher(Timekeeper time) {
		this.time = time;
	}

	@Override
	public Result fetch() {
		this.requests.incrementAndGet();
		this.mostRunning.accumulateAndGet(this.running.incrementAndGet(), Math::max);
		try {
			Supplier<Result> next = this.script.poll();
			if (next == null) {
				next = this.always;
			}
			return (next != null) ? next.get() : numberedToken();
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	ScriptedFetcher then(Supplier<Result> answer) {
		this.script.add(answer);
		return this;
	}

	ScriptedFetcher thenFail(TokenFailure.Kind kind) {
		return then(() -> failure(kind));
	}

	ScriptedFetcher thenFail(TokenFailure.Kind kind, int times) {
		for (int i = 0; i < times; i++) {
			thenFail(kind);
		}
		return this;
	}

	ScriptedFetcher thenToken(String value) {
		return then(() -> token(value, LIFETIME));
	}

	ScriptedFetcher thenToken(String value, @Nullable Duration expiresIn) {
		return then(() -> token(value, expiresIn));
	}

	ScriptedFetcher thenThrow(Throwable throwable) {
		return then(() -> {
			throw ScriptedFetcher.<RuntimeException>sneak(throwable);
		});
	}

	/**
	 * Answer once the latch is open; a thread that is interrupted before answers at once.
	 */
	ScriptedFetcher thenWaitFor(CountDownLatch latch, Supplier<Result> answer) {
		return then(() -> {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return answer.get();
		});
	}

	void always(@Nullable Supplier<Result> answer) {
		this.always = answer;
	}

	Response numberedToken() {
		return token("canary-" + this.requests.get(), LIFETIME);
	}

	Response token(String value, @Nullable Duration expiresIn) {
		return token(value, expiresIn, null);
	}

	Response token(String value, @Nullable Duration expiresIn, @Nullable Duration refreshIn) {
		return new Response(value, Set.of(), expiresIn, refreshIn, this.time.nanoTime());
	}

	int requests() {
		return this.requests.get();
	}

	int mostRunning() {
		return this.mostRunning.get();
	}

	static TokenFailure failure(TokenFailure.Kind kind) {
		return new TokenFailure("orders", kind, "the token request failed", "Look into it");
	}

	static TokenFailure throttled(@Nullable Duration retryAfter) {
		return new TokenFailure("orders", TokenFailure.Kind.THROTTLED, "the token request was refused", "Ask less",
				"https://idp.example.com/token", 429, null, retryAfter);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T sneak(Throwable throwable) throws T {
		throw (T) throwable;
	}

}
