/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.outboundauth.token.Cooldown.Throttle;

/**
 * A source on a clock that stands still. Requests are made by whoever begins a flight and
 * are answered with the numbers 1, 2, 3 as tokens; after {@link #hold()} they wait.
 */
final class StressedSource implements Timekeeper {

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger alarms = new AtomicInteger();

	private final Deque<Runnable> heldTasks = new ArrayDeque<>();

	private volatile boolean holding;

	private volatile Runnable lastAlarm = () -> {
	};

	private Runnable deadline = this.lastAlarm;

	final RefreshingTokenSource source;

	StressedSource() {
		TokenSources.Registration registration = new TokenSources.Registration("orders", "https://idp.example.com",
				"orders", this::fetch, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT);
		TokenSources.Shared shared = new TokenSources.Shared(this, new ConcurrencyLimit(this::execute), Runnable::run,
				new Announcer(List.of(), Runnable::run), new Throttle());
		this.source = new RefreshingTokenSource(registration.id(), new CurrentToken(registration, shared),
				new TokenSources.Callers((failure) -> new IllegalStateException(failure.message()), () -> true));
	}

	private TokenFetcher.Result fetch() {
		return new TokenFetcher.Response(Integer.toString(this.requests.incrementAndGet()), Set.of(),
				Duration.ofHours(1), null, nanoTime());
	}

	private void execute(Runnable task) {
		if (this.holding) {
			this.heldTasks.add(task);
		}
		else {
			task.run();
		}
	}

	/**
	 * Begin a flight whose request is not made yet.
	 */
	CompletionStage<AccessToken> hold() {
		this.holding = true;
		CompletionStage<AccessToken> stage = this.source.token();
		this.deadline = this.lastAlarm;
		this.holding = false;
		return stage;
	}

	void makeHeldRequest() {
		this.heldTasks.remove().run();
	}

	/**
	 * Give the held flight up.
	 */
	void giveUp() {
		this.deadline.run();
	}

	/**
	 * The number of the token at hand; 0 if there is none.
	 */
	int current() {
		return number(this.source.current());
	}

	static int number(AccessToken token) {
		return (token != null) ? Integer.parseInt(token.value()) : 0;
	}

	/**
	 * The number of the token that arrived; 0 after a failure, -1 if neither came.
	 */
	static int number(CompletionStage<AccessToken> stage) {
		CompletableFuture<AccessToken> future = stage.toCompletableFuture();
		if (!future.isDone()) {
			return -1;
		}
		return future.isCompletedExceptionally() ? 0 : number(future.join());
	}

	int requests() {
		return this.requests.get();
	}

	int pendingAlarms() {
		return this.alarms.get();
	}

	@Override
	public long nanoTime() {
		return 0;
	}

	@Override
	public Instant instant() {
		return Instant.EPOCH;
	}

	@Override
	public double jitter() {
		return 0;
	}

	@Override
	public Alarm wake(Duration delay, Runnable task) {
		this.lastAlarm = task;
		this.alarms.incrementAndGet();
		AtomicInteger pending = new AtomicInteger(1);
		return () -> this.alarms.addAndGet(-pending.getAndSet(0));
	}

}
