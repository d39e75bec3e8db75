/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Cooldown.Throttle;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenModel.Cause;
import io.github.outboundauth.token.TokenModel.Trip;
import io.github.outboundauth.token.TokenModel.Waiter;

/**
 * Takes a source through the steps of a scenario, and the model beside it.
 */
final class TokenModelRun {

	private static final long SECOND = TokenModel.SECOND;

	private static final int RETURNING_TASKS = ConcurrencyLimit.GIVEN_UP_TASKS / 2;

	private static final long[] ORIGINS = { 0, -987_654_321_012_345_678L, Long.MAX_VALUE - 3600 * SECOND };

	private static final Duration[] LIVES = { Duration.ZERO, Duration.ofSeconds(-5), Duration.ofNanos(1),
			Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(60),
			Duration.ofSeconds(300), Duration.ofSeconds(900), Duration.ofHours(1), Duration.ofHours(1),
			Duration.ofHours(24), Duration.ofDays(1_000_000) };

	private static final Duration[] RETRIES = { Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3),
			Duration.ofSeconds(9), Duration.ofMinutes(1), Duration.ofHours(2), Duration.ofDays(200_000_000) };

	private final ManualTime time;

	private final TokenModel model;

	private final RefreshingTokenSource source;

	private final Deque<Runnable> requests = new ArrayDeque<>();

	private final QueueingExecutor wakers = new QueueingExecutor();

	private final Iterator<Step> steps;

	private final @Nullable List<String> log;

	private final List<String> values = new ArrayList<>(List.of("foreign"));

	private boolean executorRefuses;

	private boolean timerRefuses;

	private Random answer = new Random();

	private @Nullable Trip answered;

	private int depth;

	private TokenModelRun(long seed, List<Step> steps, @Nullable List<String> log) {
		Random random = new Random(seed);
		this.time = new ManualTime(ORIGINS[random.nextInt(ORIGINS.length)]);
		this.time.jitter(random::nextDouble);
		boolean keepWarm = random.nextInt(4) == 0;
		this.model = new TokenModel(this.time, keepWarm);
		this.steps = steps.iterator();
		this.log = log;
		RefreshPolicy refresh = new RefreshPolicy(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofMinutes(5),
				Duration.ofHours(24), keepWarm);
		TokenSources.Registration registration = new TokenSources.Registration("orders", "https://idp.example.com",
				"orders", this::fetch, refresh, RetryPolicy.DEFAULT);
		Announcer announcer = new Announcer(List.of(this.model), Runnable::run);
		CurrentToken token = new CurrentToken(registration, new TokenSources.Shared(this.time,
				new ConcurrencyLimit(this::submit), this.wakers, announcer, new Throttle()));
		this.source = new RefreshingTokenSource("orders", token, SourceFixture.CALLERS);
	}

	/**
	 * Run a scenario.
	 * @param seed of everything that is not in the steps
	 * @return what the source did that it must not do, or {@code null}
	 */
	static @Nullable String violation(long seed, List<Step> steps, @Nullable List<String> log) {
		TokenModelRun run = new TokenModelRun(seed, steps, log);
		while (run.steps.hasNext() && run.model.violation == null) {
			run.take(run.steps.next());
			run.model.expect(!Thread.interrupted(), "a thread is left interrupted");
		}
		run.end();
		return run.model.violation;
	}

	/**
	 * Close, and let what is left come to its end.
	 */
	private void end() {
		this.time.onWake(null);
		this.executorRefuses = false;
		close();
		settle();
		this.time.advance(Duration.ofDays(2));
		while (!this.requests.isEmpty()) {
			this.requests.remove().run();
		}
		this.wakers.runAll();
		this.model.expect(this.time.pendingAlarms() == 0, "an alarm is left");
	}

	private void take(Step step) {
		Random random = new Random(step.chance());
		if (this.log != null) {
			this.log.add("  ".repeat(this.depth) + Duration.ofNanos(this.model.now()) + " " + step);
		}
		switch (step.action()) {
			case CALL -> call();
			case CURRENT -> current();
			case REJECT -> reject(random);
			case REFRESH -> refresh();
			case ANSWER -> answer(random);
			case ADVANCE -> advance(random);
			case JUMP -> jump(random);
			case EXECUTOR -> this.executorRefuses = random.nextBoolean();
			case TIMER -> refuseAlarms(random.nextBoolean());
			case CLOSE -> close();
		}
		settle();
	}

	private void call() {
		this.model.cause = Cause.CALL;
		boolean usable = this.model.hasUsableToken();
		CompletableFuture<AccessToken> future = this.source.token().toCompletableFuture();
		if (usable) {
			this.model.served(future.getNow(null));
		}
		else {
			await(future, null);
		}
	}

	private void current() {
		boolean usable = this.model.hasUsableToken();
		this.model.cause = usable ? Cause.CALL : Cause.NONE;
		AccessToken token = this.source.current();
		if (usable) {
			this.model.served(token);
		}
		this.model.expect(usable || token == null, "an expired token is handed out");
	}

	private void reject(Random random) {
		TokenModel.Held held = this.model.held;
		String value = (held != null && random.nextInt(4) > 0) ? held.value
				: this.values.get(random.nextInt(this.values.size()));
		if (this.model.pauseMayHold() != this.model.pauseHolds()) {
			return; // chance decides
		}
		boolean current = held != null && held.value.equals(value);
		boolean dropped = current && this.model.reject();
		boolean usable = this.model.hasUsableToken();
		this.model.cause = dropped ? Cause.REFRESH : (current ? Cause.NONE : Cause.CALL);
		AccessToken token = new AccessToken(value, Set.of(), Instant.EPOCH, Instant.EPOCH);
		CompletableFuture<@Nullable AccessToken> future = this.source.reject(token).toCompletableFuture();
		if (current && !dropped) {
			this.model.expect(future.isDone() && future.getNow(token) == null, "a token instead of the rejected one");
		}
		else if (usable) {
			this.model.served(future.getNow(null));
		}
		else {
			await(future, value);
		}
	}

	private void refresh() {
		this.model.cause = Cause.REFRESH;
		this.model.askForRefresh();
		await(this.source.refresh().toCompletableFuture(), null);
	}

	/**
	 * A caller has to wait, or is told why it need not.
	 */
	private void await(CompletableFuture<@Nullable AccessToken> future, @Nullable String rejected) {
		Trip flight = this.model.flight;
		Waiter waiter = new Waiter(future, rejected);
		if (flight != null) {
			flight.awaited = true;
			flight.waiters.add(waiter);
			return;
		}
		if (!this.model.landed.isEmpty()) {
			expectLanded(waiter, this.model.landed.get(this.model.landed.size() - 1));
		}
		else {
			this.model.expect(this.model.closed || this.model.pauseMayHold(), "a call fails without a reason");
			Kind kind = failure(future);
			boolean explained = (rejected != null) ? kind == null : (this.model.closed ? kind == Kind.CALLER
					: kind == this.model.pauseKind || kind == Kind.THROTTLED);
			this.model.expect(future.isDone() && explained, "a call fails with", kind);
		}
	}

	private void expectLanded(Waiter waiter, Trip flight) {
		CompletableFuture<@Nullable AccessToken> future = waiter.future();
		if (!this.model.expect(future.isDone(), "a waiter is left behind")) {
			return;
		}
		Kind failure = failure(future);
		AccessToken token = (failure != null) ? null : future.getNow(null);
		String value = (token != null) ? token.value() : null;
		if (waiter.rejected() != null) {
			String expected = waiter.rejected().equals(flight.token) ? null : flight.token;
			this.model.expect(failure == null && Objects.equals(value, expected), "a rejection brings", value, failure);
		}
		else {
			this.model.expect(failure == flight.failure && Objects.equals(value, flight.token), "a waiter gets", value,
					failure);
		}
	}

	private static @Nullable Kind failure(CompletableFuture<?> future) {
		return future.isCompletedExceptionally() ? future
			.handle((token, ex) -> ((FailureException) ((ex.getCause() != null) ? ex.getCause() : ex)).failure().kind())
			.join() : null;
	}

	private void submit(Runnable task) {
		if (this.executorRefuses) {
			throw new RejectedExecutionException();
		}
		this.model.submitted();
		this.requests.add(task);
		while (this.requests.size() > RETURNING_TASKS) {
			// Of a flight that was given up long ago; too many would leave others no
			// turn.
			this.requests.removeFirst().run();
		}
	}

	private void answer(Random random) {
		if (this.requests.isEmpty() || this.depth == 3) {
			return;
		}
		this.model.cause = Cause.NONE;
		this.answer = random;
		this.answered = null;
		this.depth++;
		(random.nextBoolean() ? this.requests.removeFirst() : this.requests.removeLast()).run();
		this.depth--;
		this.model.attemptOver(this.answered);
	}

	private TokenFetcher.@Nullable Result fetch() {
		Random random = this.answer;
		Trip flight = this.model.requested();
		if (flight == null) {
			return null;
		}
		long sentAt = this.model.now();
		long requestedAt = this.time.nanoTime();
		flight.inProgress = true;
		for (int i = (random.nextInt(3) > 0) ? 0 : random.nextInt(6); i > 0 && this.steps.hasNext(); i--) {
			take(this.steps.next());
		}
		flight.inProgress = false;
		this.model.cause = Cause.NONE;
		this.answered = flight;
		TokenFetcher.Result result = result(random, requestedAt);
		if (this.log != null) {
			this.log.add("  ".repeat(this.depth) + "-> " + result);
		}
		this.model.answered(flight, (result != null) ? result : ScriptedFetcher.failure(Kind.PASSING), sentAt);
		if (result == null && random.nextBoolean()) {
			throw new IllegalStateException("The fetcher breaks");
		}
		return result;
	}

	private TokenFetcher.@Nullable Result result(Random random, long requestedAt) {
		return switch (random.nextInt(10)) {
			case 0, 1 -> ScriptedFetcher.failure(Kind.PASSING);
			case 2 -> ScriptedFetcher.failure(Kind.values()[random.nextInt(Kind.values().length)]);
			case 3 -> ScriptedFetcher.throttled(random.nextBoolean() ? RETRIES[random.nextInt(RETRIES.length)] : null);
			case 4 -> random.nextBoolean() ? null : ScriptedFetcher.failure(Kind.LASTING);
			default -> new TokenFetcher.Response(value(random), Set.of(),
					(random.nextInt(8) > 0) ? LIVES[random.nextInt(LIVES.length)] : null,
					(random.nextInt(8) > 0) ? null : LIVES[random.nextInt(LIVES.length)], requestedAt);
		};
	}

	private String value(Random random) {
		if (random.nextInt(6) > 0) {
			this.values.add("canary-" + this.values.size());
		}
		return this.values.get(this.values.size() - 1);
	}

	private void advance(Random random) {
		this.model.cause = Cause.TIME;
		long now = this.model.now();
		long target = now + switch (random.nextInt(5)) {
			case 0 -> SECOND;
			case 1 -> Math.floorMod(random.nextLong(), 3 * SECOND);
			case 2 -> Math.floorMod(random.nextLong(), 40 * SECOND);
			case 3 -> Math.floorMod(random.nextLong(), 4000 * SECOND);
			default -> toAnEdge(random) + random.nextInt(3) - 1 - now;
		};
		if (target > now && target < now + 100_000 * SECOND) {
			this.time.advance(Duration.ofNanos(target - now));
		}
		this.model.cause = Cause.NONE;
	}

	/**
	 * When something may happen.
	 */
	private long toAnEdge(Random random) {
		TokenModel.Held held = this.model.held;
		Trip flight = this.model.flight;
		return switch (random.nextInt(6)) {
			case 0 -> (held != null) ? held.expiredAt : 0;
			case 1 -> (held != null) ? held.staleFrom : 0;
			case 2 -> (held != null) ? held.staleBy : 0;
			case 3 -> (flight != null) ? flight.begunAt + TokenModel.DEADLINE : 0;
			case 4 -> (flight != null) ? flight.againBy : 0;
			default -> this.model.pauseUntil;
		};
	}

	private void jump(Random random) {
		long step = switch (random.nextInt(3)) {
			case 0 -> random.nextInt(6000) - 3000;
			case 1 -> random.nextInt(40_000) - 20_000;
			default -> random.nextInt(200_000_000) - 100_000_000;
		};
		this.time.jumpWall(Duration.ofMillis(step));
		this.model.jump(step * 1_000_000);
	}

	private void refuseAlarms(boolean refuse) {
		if (refuse) {
			this.time.refuseAlarms();
			this.model.armed = false;
		}
		else {
			this.time.onWake(null);
		}
		this.timerRefuses = refuse;
	}

	private void close() {
		this.model.close();
		this.source.close().run();
	}

	private void settle() {
		this.model.cause = Cause.NONE;
		this.model.refusing = this.executorRefuses || this.timerRefuses;
		this.wakers.runAll();
		for (Trip flight : this.model.landed) {
			flight.waiters.forEach((waiter) -> expectLanded(waiter, flight));
		}
		this.model.landed.clear();
		Trip flight = this.model.flight;
		if (flight != null) {
			for (Waiter waiter : flight.waiters) {
				this.model.expect(!waiter.future().isDone(), "a waiter is woken before its flight ends");
			}
		}
		this.model.settle();
	}

	/** What a step does. */
	enum Action {

		CALL(220), CURRENT(70), REJECT(70), REFRESH(29), ANSWER(280), ADVANCE(280), JUMP(20), EXECUTOR(15), TIMER(15),

		CLOSE(1);

		/** How many of a thousand steps do it. */
		final int permille;

		Action(int permille) {
			this.permille = permille;
		}

	}

	/**
	 * A step.
	 *
	 * @param action what is done
	 * @param chance decides the details
	 */
	record Step(Action action, long chance) {

		static Step draw(Random random) {
			int number = random.nextInt(1000);
			for (Action action : Action.values()) {
				number -= action.permille;
				if (number < 0) {
					return new Step(action, random.nextLong());
				}
			}
			throw new IllegalStateException("The shares are less than the whole");
		}

	}

}
