/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

	private final CompletableFuture<Landing> landing = new CompletableFuture<>();

	private final TokenSources.Registration registration;

	private final Timekeeper time;

	private final ConcurrencyLimit requests;

	/** The same for all attempts, by which they can be given up. */
	private final Runnable attempt = this::attempt;

	/** Runs what must not be kept waiting by them. */
	private final Executor executor;

	private final Owner owner;

	private final int maxAttempts;

	private final long launchedAt;

	private boolean awaited; // guarded by the lock of the token

	/** Written by the one attempt that runs; attempts follow one another. */
	private volatile int attempts;

	private @Nullable Thread thread; // guarded by this

	private volatile boolean over; // written under this

	/** The thread of the attempt that runs, until it has done with its result. */
	private volatile @Nullable Thread attempting;

	/** Whether the flight ends on a thread that its waiters must not keep. */
	private volatile boolean handedOver;

	/**
	 * Plan a flight.
	 * @param registration whose token is fetched
	 * @param maxAttempts how many token requests it makes at most
	 * @param time decides when something happens
	 * @param requests runs the token requests
	 * @param executor runs what must not be kept waiting by them
	 * @param owner is told the result
	 */
	Flight(TokenSources.Registration registration, int maxAttempts, Timekeeper time, ConcurrencyLimit requests,
			Executor executor, Owner owner) {
		this.registration = registration;
		this.maxAttempts = maxAttempts;
		this.time = time;
		this.requests = requests;
		this.executor = executor;
		this.owner = owner;
		this.launchedAt = time.nanoTime();
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

	/**
	 * Whether a thread makes the attempt itself: it must not wait for the landing.
	 */
	boolean isAttemptedBy(Thread thread) {
		return this.attempting == thread;
	}

	int attempts() {
		return this.attempts;
	}

	Duration duration(long now) {
		return Duration.ofNanos(now - this.launchedAt);
	}

	void launch() {
		try {
			wake(timeout(), this::giveUp);
			this.requests.execute(this.attempt);
		}
		catch (RuntimeException | Error ex) {
			arrive(unexpected(ex));
		}
	}

	/**
	 * Run a task later, unless the flight has landed by then.
	 */
	private void wake(Duration delay, Runnable task) {
		Alarm alarm = this.time.wake(delay, task);
		this.landing.thenRun(alarm::cancel);
	}

	private Duration timeout() {
		return this.registration.retry().totalTimeout();
	}

	private void giveUp() {
		this.handedOver = true;
		String limit = timeout().toMillis() + " ms";
		arrive((this.attempts > 0)
				? late("no complete answer within " + limit,
						"Check that the authorization server is reachable and fast enough, or raise http.total-timeout")
				: late("no turn within " + limit + "; " + ConcurrencyLimit.TASKS
						+ " requests at a time are made to one token endpoint",
						"Check that the authorization server is fast enough, or raise http.total-timeout"));
	}

	private TokenFailure late(String problem, String advice) {
		return new TokenFailure(this.registration.id(), Kind.PASSING, problem, advice);
	}

	private void arrive(TokenFetcher.Result result) {
		this.owner.arrived(this,
				(result instanceof TokenFailure failure) ? failure.withAttempts(this.attempts) : result);
	}

	private void attempt() {
		this.attempting = Thread.currentThread();
		try {
			this.owner.holdBack(this);
			TokenFetcher.Result result = fetch();
			if (result == null || this.over) {
				return;
			}
			Duration pause = (result instanceof TokenFailure failure) ? pauseAfter(failure) : null;
			if (pause != null) {
				wake(pause, this::attemptAgain);
			}
			else {
				arrive(result);
			}
		}
		catch (Throwable ex) {
			// Some languages throw checked exceptions that nobody declared.
			arrive(unexpected(ex));
		}
		finally {
			this.attempting = null;
		}
	}

	private void attemptAgain() {
		try {
			this.requests.execute(this.attempt);
		}
		catch (RuntimeException | Error ex) {
			this.handedOver = true;
			arrive(unexpected(ex));
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
		this.attempts = this.attempts + 1;
		try {
			TokenFetcher.Result result = this.registration.fetcher().fetch();
			return (result != null) ? result : unexpected(null);
		}
		catch (Throwable ex) {
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
			case THROTTLED -> asAsked(failure.retryAfter());
			case LASTING, PROTOCOL, CALLER, BLOCKING -> null;
		};
		if (pause == null || this.attempts >= this.maxAttempts) {
			return null;
		}
		long now = this.time.nanoTime();
		if (pause.compareTo(timeout().minus(duration(now))) >= 0) {
			return null;
		}
		if (failure.kind() == Kind.THROTTLED) {
			this.owner.throttled(failure, now + pause.toNanos());
		}
		return pause;
	}

	private @Nullable Duration asAsked(@Nullable Duration retryAfter) {
		return (retryAfter != null) ? Duration.ofNanos(Cooldown.asAsked(retryAfter, this.time.jitter())) : null;
	}

	/**
	 * Make no further attempt, and land as another flight does.
	 * @param next the other flight, if there is one
	 * @param otherwise where to land without one
	 */
	void landWith(@Nullable Flight next, Landing otherwise) {
		finish();
		if (next != null) {
			next.landing.thenAccept(this::land);
		}
		else {
			land(otherwise);
		}
	}

	/**
	 * Make no further attempt, and let the waiters be woken elsewhere: they may wait for
	 * other flights that are to be closed on this thread.
	 */
	void close() {
		this.handedOver = true;
		finish();
	}

	private synchronized void finish() {
		this.over = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/**
	 * End the flight: free the thread of an attempt that is still running, or at least
	 * its place, and wake those who wait.
	 */
	void land(Landing landing) {
		finish();
		if (this.attempting != Thread.currentThread()) {
			giveUpAttempt();
		}
		if (!this.handedOver) {
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

	private void giveUpAttempt() {
		try {
			this.requests.giveUp(this.attempt);
		}
		catch (RuntimeException | Error ex) {
			// The task whose turn it was has it again when another one ends or comes.
		}
	}

	private TokenFailure unexpected(@Nullable Throwable ex) {
		return TokenFailure.unexpected(this.registration.id(), ex);
	}

	/**
	 * Whose token is fetched.
	 */
	interface Owner {

		/**
		 * An attempt is about to be made: land the flight if the server wants to be left
		 * alone, as others may have learnt since it began.
		 */
		void holdBack(Flight flight);

		/**
		 * The flight has its result; told more than once if it is given up.
		 */
		void arrived(Flight flight, TokenFetcher.Result result);

		/**
		 * The server wants to be left alone, and the flight goes on after that.
		 * @param until when, on the monotonic clock
		 */
		void throttled(TokenFailure failure, long until);

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
