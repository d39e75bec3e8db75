/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Timekeeper.Alarm;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * A fetch in progress, with all its attempts. Belongs to no caller: those who wait for it
 * may leave. Reports its result once, and at the latest when its time is up; what comes
 * after that is thrown away.
 */
final class Flight {

	private static final Duration SHORTEST_THROTTLE = Duration.ofSeconds(1);

	private final CompletableFuture<Landing> landing = new CompletableFuture<>();

	private final TokenSources.Registration registration;

	private final Timekeeper time;

	private final Executor executor;

	private final BiConsumer<Flight, TokenFetcher.Result> arrival;

	private final int maxAttempts;

	private final long deadline;

	private boolean awaited; // guarded by the lock of the token

	/** Written by the one attempt that runs; attempts follow one another. */
	private int attempts;

	private @Nullable Thread thread; // guarded by this

	private volatile boolean over; // written under this

	/** Whether the flight ends on the timer's thread, where nothing may block. */
	private boolean onTimer;

	/**
	 * Plan a flight.
	 * @param registration whose token is fetched
	 * @param maxAttempts how many token requests it makes at most
	 * @param time decides when something happens
	 * @param executor runs the token requests
	 * @param arrival is told the result
	 */
	Flight(TokenSources.Registration registration, int maxAttempts, Timekeeper time, Executor executor,
			BiConsumer<Flight, TokenFetcher.Result> arrival) {
		this.registration = registration;
		this.maxAttempts = maxAttempts;
		this.time = time;
		this.executor = executor;
		this.arrival = arrival;
		this.deadline = time.nanoTime() + registration.retry().totalTimeout().toNanos();
	}

	CompletableFuture<Landing> landing() {
		return this.landing;
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

	void launch() {
		Duration timeout = this.registration.retry().totalTimeout();
		TokenFailure tooLate = new TokenFailure(this.registration.id(), Kind.PASSING,
				"no complete answer within " + timeout.toMillis() + " ms",
				"Check that the authorization server is reachable and fast enough, or raise http.total-timeout");
		try {
			Alarm alarm = this.time.wake(timeout, () -> giveUp(tooLate));
			this.landing.thenRun(alarm::cancel);
			this.executor.execute(this::attempt);
		}
		catch (RuntimeException | Error ex) {
			this.arrival.accept(this, unexpected(ex));
		}
	}

	private void giveUp(TokenFailure tooLate) {
		this.onTimer = true;
		this.arrival.accept(this, tooLate);
	}

	private void attempt() {
		try {
			TokenFetcher.Result result = fetch();
			if (result == null || this.over) {
				return;
			}
			Duration pause = (result instanceof TokenFailure failure) ? pauseAfter(failure) : null;
			if (pause != null) {
				this.time.wake(pause, this::attemptAgain);
			}
			else {
				this.arrival.accept(this, result);
			}
		}
		catch (RuntimeException | Error ex) {
			this.arrival.accept(this, unexpected(ex));
		}
	}

	private void attemptAgain() {
		try {
			this.executor.execute(this::attempt);
		}
		catch (RuntimeException | Error ex) {
			this.arrival.accept(this, unexpected(ex));
		}
	}

	/**
	 * Make one attempt on this thread, which can be interrupted until it returns.
	 * @return its result, or {@code null} if the flight is over
	 */
	private TokenFetcher.@Nullable Result fetch() {
		synchronized (this) {
			if (this.over) {
				return null;
			}
			this.thread = Thread.currentThread();
		}
		this.attempts++;
		try {
			TokenFetcher.Result result = this.registration.fetcher().fetch();
			return (result != null) ? result : unexpected(null);
		}
		catch (RuntimeException | Error ex) {
			return unexpected(ex);
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
	 * The pause before the next attempt, or {@code null} if there is none.
	 */
	private @Nullable Duration pauseAfter(TokenFailure failure) {
		Duration pause = switch (failure.kind()) {
			case PASSING -> this.registration.retry().pauseAfter(this.attempts, this.time.jitter());
			case THROTTLED -> longer(failure.retryAfter(), SHORTEST_THROTTLE);
			case LASTING, CALLER -> null;
		};
		if (pause == null || this.attempts >= this.maxAttempts) {
			return null;
		}
		Duration left = Duration.ofNanos(this.deadline - this.time.nanoTime());
		return (pause.compareTo(left) < 0) ? pause : null;
	}

	private static @Nullable Duration longer(@Nullable Duration pause, Duration shortest) {
		return (pause == null || pause.compareTo(shortest) > 0) ? pause : shortest;
	}

	/**
	 * End the flight: free the thread of an attempt that is still running, and wake those
	 * who wait.
	 */
	void land(Landing landing) {
		synchronized (this) {
			this.over = true;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		if (!this.onTimer) {
			this.landing.complete(landing);
			return;
		}
		try {
			this.executor.execute(() -> this.landing.complete(landing));
		}
		catch (RuntimeException | Error ex) {
			this.landing.complete(landing);
		}
	}

	private TokenFailure unexpected(@Nullable Throwable ex) {
		return TokenFailure.unexpected(this.registration.id(), ex);
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
