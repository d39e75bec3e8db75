/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * What the design says about the life of a token, written down a second time and without
 * a look at the code. It is told what a source is asked and what it does, and keeps the
 * first thing that the source must not do or leaves undone. Where chance has a say it
 * knows bounds.
 */
final class TokenModel implements TokenListener {

	static final long SECOND = Duration.ofSeconds(1).toNanos();

	static final long DEADLINE = 10 * SECOND;

	private static final long DAY = 86_400 * SECOND;

	private static final long NEVER = Long.MAX_VALUE / 2;

	private final ManualTime time;

	private final boolean keepWarm;

	private final long origin;

	/** What the source is doing, and so what may make it begin a flight. */
	Cause cause = Cause.NONE;

	/** Whether the timer or the executor refuses tasks. */
	boolean refusing;

	/** Whether the timer took the alarm for the next look at the token. */
	boolean armed;

	boolean closed;

	@Nullable Held held;

	@Nullable Trip flight;

	final List<Trip> landed = new ArrayList<>();

	final Map<Kind, Integer> failures = new EnumMap<>(Kind.class);

	private long failingSince;

	/** The pause after the last failure. */
	long pauseUntil = -NEVER;

	Kind pauseKind = Kind.PASSING;

	/** The pause the server asked for holds at least and at most until then. */
	long throttledAtLeast = -NEVER;

	long throttledAtMost = -NEVER;

	/** Forced fetches that are left, in nanoseconds of the time each takes to return. */
	private long allowance = 3 * DEADLINE;

	private long allowanceAt;

	private long lastUse = -NEVER;

	long wallOffset;

	private long jumpedAt;

	private @Nullable Boolean expectedRejection;

	private boolean degradedIsDue;

	private boolean recoveredIsDue;

	@Nullable String violation;

	TokenModel(ManualTime time, boolean keepWarm) {
		this.time = time;
		this.keepWarm = keepWarm;
		this.origin = time.nanoTime();
	}

	long now() {
		return this.time.nanoTime() - this.origin;
	}

	boolean hasUsableToken() {
		return this.held != null && now() < this.held.expiredAt;
	}

	boolean pauseHolds() {
		return now() < this.pauseUntil || now() < this.throttledAtLeast;
	}

	boolean pauseMayHold() {
		return pauseHolds() || now() < this.throttledAtMost;
	}

	private boolean isSurelyStale(Held held) {
		long apart = Math.abs(this.wallOffset - held.wallOffset);
		boolean jumped = apart > 6 * SECOND + (now() - held.sentAt) / 1000 && now() - this.jumpedAt >= SECOND;
		return now() >= held.staleBy || jumped;
	}

	private boolean mayBeStale(Held held) {
		return now() >= held.staleFrom || held.jumped;
	}

	void use() {
		if (this.held != null) {
			this.held.used = true;
			this.lastUse = now();
		}
	}

	void jump(long step) {
		this.wallOffset += step;
		this.jumpedAt = now();
		if (this.held != null) {
			this.held.jumped = true;
		}
	}

	/**
	 * A refresh that somebody asks for ends a pause, unless the server wanted it.
	 */
	void askForRefresh() {
		if (this.flight == null && this.pauseKind != Kind.THROTTLED) {
			this.pauseUntil = -NEVER;
		}
	}

	/**
	 * A resource server refused the token at hand.
	 * @return whether it is dropped
	 */
	boolean reject() {
		Held held = this.held;
		refill();
		boolean replaceable = this.flight != null || (!pauseHolds() && this.allowance >= DEADLINE);
		if (held != null && !held.rejected) {
			held.rejected = true;
			this.expectedRejection = replaceable;
		}
		if (replaceable) {
			this.held = null;
		}
		return replaceable;
	}

	private void refill() {
		this.allowance = Math.min(3 * DEADLINE, this.allowance + now() - this.allowanceAt);
		this.allowanceAt = now();
	}

	/**
	 * The executor took a task that makes a request.
	 */
	void submitted() {
		Trip flight = this.flight;
		if (flight == null) {
			this.flight = begin();
			return;
		}
		expect(!flight.ready && now() >= flight.againFrom && now() <= flight.againBy, "another attempt is made");
		flight.ready = true;
	}

	private Trip begin() {
		Held held = this.held;
		boolean usable = hasUsableToken();
		if (!usable || this.cause == Cause.REFRESH) {
			refill();
			this.allowance = Math.max(0, this.allowance - DEADLINE);
		}
		boolean wanted = switch (this.cause) {
			case CALL -> !usable || mayBeStale(held);
			case REFRESH -> true;
			case TIME -> usable ? mayBeStale(held) && (this.keepWarm || mayBeWanted(held)) : this.keepWarm;
			case NONE -> false;
		};
		expect(wanted, "nobody wants a flight");
		expect(!this.closed, "a flight begins though the source is closed");
		expect(!pauseHolds(), "a flight begins in a pause");
		return new Trip(now(), this.failures.isEmpty() ? 3 : 1);
	}

	private boolean mayBeWanted(Held held) {
		return held.used || now() - this.lastUse < held.lifetime;
	}

	/**
	 * A request is made.
	 */
	@Nullable Trip requested() {
		Trip flight = this.flight;
		if (expect(flight != null && flight.ready, "a request is made without a flight")) {
			flight.ready = false;
			flight.attempts++;
			flight.againFrom = NEVER;
			flight.againBy = NEVER;
		}
		return flight;
	}

	/**
	 * A request is answered, for a flight that may be over.
	 */
	void answered(@Nullable Trip flight, TokenFetcher.@Nullable Result answer, long sentAt) {
		if (flight == null || this.flight != flight) {
			return;
		}
		flight.answer = answer;
		flight.sentAt = sentAt;
		flight.mustEnd = true;
		if (answer instanceof TokenFailure failure && flight.attempts < flight.maxAttempts) {
			planAnother(flight, failure);
		}
	}

	private void planAnother(Trip flight, TokenFailure failure) {
		long backoff = (SECOND / 4) << (flight.attempts - 1);
		long least;
		long most;
		if (failure.kind() == Kind.PASSING) {
			least = backoff / 2;
			most = backoff;
		}
		else if (failure.kind() == Kind.THROTTLED && failure.retryAfter() != null) {
			least = asAsked(failure.retryAfter());
			most = longer(least, 1.1, 3600 * SECOND);
		}
		else {
			return;
		}
		long left = flight.begunAt + DEADLINE - now();
		if (least < left) {
			flight.againFrom = now() + least;
			flight.againBy = now() + most;
			flight.mustEnd = false;
			flight.mayEnd = most >= left;
			flight.throttled = failure.kind() == Kind.THROTTLED;
			if (flight.throttled) {
				throttle(flight.mayEnd ? -NEVER : flight.againFrom, flight.againBy);
			}
		}
	}

	/**
	 * The task that made a request is over, and with it what follows from the answer.
	 */
	void attemptOver(@Nullable Trip flight) {
		if (flight == null || this.flight != flight) {
			return;
		}
		expect(!flight.mustEnd, "a flight does not end with its answer");
		flight.mayEnd = false;
		if (flight.throttled) {
			flight.throttled = false;
			throttle(flight.againFrom, flight.againBy);
		}
	}

	private void throttle(long atLeast, long atMost) {
		this.throttledAtLeast = Math.max(this.throttledAtLeast, atLeast);
		this.throttledAtMost = Math.max(this.throttledAtMost, atMost);
	}

	@Override
	public void obtained(Obtained event) {
		Trip flight = this.flight;
		if (!expect(flight != null && flight.mustEnd && flight.answer instanceof TokenFetcher.Response,
				"a token is obtained without an answer")) {
			return;
		}
		TokenFetcher.Response answer = (TokenFetcher.Response) flight.answer;
		Held next = held(answer, flight.sentAt);
		expect(now() < next.expiredAt, "a token is taken that has expired");
		expect(event.equals(new Obtained("orders", Duration.ofNanos(next.lifetime),
				Duration.ofNanos(now() - flight.begunAt), flight.attempts, List.of())), "told of", event);
		this.held = next;
		if (flight.awaited) {
			use();
		}
		this.recoveredIsDue = !this.failures.isEmpty();
		if (!this.recoveredIsDue) {
			succeeded();
		}
		end(flight, next.value, null);
	}

	private void succeeded() {
		this.failures.clear();
		this.pauseUntil = -NEVER;
	}

	private Held held(TokenFetcher.Response answer, long sentAt) {
		Duration expiresIn = answer.expiresIn();
		long life = (expiresIn == null || expiresIn.isZero() || expiresIn.isNegative()) ? 300 * SECOND
				: (expiresIn.compareTo(Duration.ofDays(1)) > 0) ? DAY : expiresIn.toNanos();
		long expiredAfter = life - Math.min(30 * SECOND, life / 10);
		long staleBy = life - Math.min(life / 2, Math.max(life / 20, 690 * SECOND));
		long staleFrom = staleBy - life / 10;
		Duration refreshIn = answer.refreshIn();
		if (refreshIn != null && refreshIn.compareTo(Duration.ZERO) > 0
				&& refreshIn.compareTo(Duration.ofDays(1)) < 0) {
			staleBy = Math.min(staleBy, refreshIn.toNanos());
			staleFrom = Math.min(staleFrom, refreshIn.toNanos());
		}
		boolean again = this.held != null && this.held.value.equals(answer.token());
		long earliest = now() - sentAt + (again ? 30 : 1) * SECOND;
		return new Held(answer.token(), sentAt, life, sentAt + Math.min(expiredAfter, Math.max(earliest, staleFrom)),
				sentAt + Math.min(expiredAfter, Math.max(earliest, staleBy)), sentAt + expiredAfter, this.wallOffset);
	}

	@Override
	public void refreshFailed(RefreshFailed event) {
		Trip flight = this.flight;
		if (flight == null) {
			expect(this.refusing, "a flight fails that did not begin");
			flight = begin();
		}
		Kind kind = event.failure().kind();
		expect(mayEndWith(kind, flight), "a flight ends with", kind);
		if (this.failures.isEmpty()) {
			this.failingSince = now();
		}
		int count = this.failures.merge(kind, 1, Integer::sum);
		int failures = this.failures.values().stream().mapToInt(Integer::intValue).sum();
		long usable = (this.held != null) ? Math.max(0, this.held.expiredAt - now()) : 0;
		expect(event.usable().toNanos() == usable && event.failures() == failures
				&& event.since().toNanos() == now() - this.failingSince
				&& event.failure().attempts() == flight.attempts, "told of", event);
		this.degradedIsDue = failures == 1;
		pause(event.failure(), count, usable);
		end(flight, null, kind);
	}

	private boolean mayEndWith(Kind kind, Trip flight) {
		boolean refused = this.refusing && !flight.mustEnd;
		boolean late = now() - flight.begunAt >= DEADLINE && !flight.mustEnd;
		boolean answered = flight.mustEnd || flight.mayEnd;
		Kind answer = (flight.answer instanceof TokenFailure failure) ? failure.kind() : Kind.PASSING;
		return (answered && kind == answer) || ((refused || late) && kind == Kind.PASSING);
	}

	private void pause(TokenFailure failure, int count, long usable) {
		long length = Duration.between(this.time.instant(), failure.nextAttempt()).toNanos();
		long most = most(failure, usable);
		long doubled = Math.min(most, first(failure) << Math.min(count - 1, 20));
		long least = longer(doubled, 0.8, most);
		long longest = longer(doubled, 1.2, most);
		if (failure.retryAfter() != null && failure.kind() == Kind.THROTTLED) {
			least = asAsked(failure.retryAfter());
			longest = longer(least, 1.1, 3600 * SECOND);
		}
		else if (usable > 0 && (failure.kind() == Kind.PASSING || failure.kind() == Kind.CALLER)) {
			least = Math.max(SECOND, Math.min(least, usable / 4));
			longest = Math.max(SECOND, Math.min(longest, usable / 4));
		}
		expect(length >= least && length <= longest, "a pause in nanoseconds, its least, its most:", length, least,
				longest);
		this.pauseUntil = now() + length;
		this.pauseKind = failure.kind();
		if (failure.kind() == Kind.THROTTLED) {
			throttle(this.pauseUntil, this.pauseUntil);
		}
	}

	private static long first(TokenFailure failure) {
		return switch (failure.kind()) {
			case PASSING, CALLER, BLOCKING -> SECOND;
			case THROTTLED, LASTING, PROTOCOL -> 5 * SECOND;
		};
	}

	private static long most(TokenFailure failure, long usable) {
		return switch (failure.kind()) {
			case PASSING, CALLER, BLOCKING -> ((usable > 0) ? 60 : 30) * SECOND;
			case THROTTLED, LASTING, PROTOCOL -> 300 * SECOND;
		};
	}

	private static long longer(long length, double factor, long most) {
		return Math.min(most, (long) (length * factor));
	}

	private static long asAsked(Duration retryAfter) {
		return (retryAfter.compareTo(Duration.ofHours(1)) > 0) ? 3600 * SECOND : Math.max(SECOND, retryAfter.toNanos());
	}

	private void end(Trip flight, @Nullable String token, @Nullable Kind failure) {
		flight.token = token;
		flight.failure = failure;
		this.flight = null;
		this.armed = !this.refusing;
		this.landed.add(flight);
	}

	@Override
	public void rejected(Rejected event) {
		expect(this.expectedRejection != null && this.expectedRejection == event.replaceable(), "told of", event);
		this.expectedRejection = null;
	}

	@Override
	public void degraded(RefreshFailed event) {
		expect(this.degradedIsDue, "told twice that it began to fail");
		this.degradedIsDue = false;
	}

	@Override
	public void recovered(Recovered event) {
		int failures = this.failures.values().stream().mapToInt(Integer::intValue).sum();
		expect(this.recoveredIsDue
				&& event.equals(new Recovered("orders", failures, Duration.ofNanos(now() - this.failingSince))),
				"told of", event);
		this.recoveredIsDue = false;
		succeeded();
	}

	void close() {
		this.closed = true;
		this.held = null;
		Trip flight = this.flight;
		if (flight != null) {
			end(flight, null, Kind.CALLER);
		}
	}

	/**
	 * What must have happened by now.
	 */
	void settle() {
		expect(this.expectedRejection == null && !this.degradedIsDue && !this.recoveredIsDue, "not told");
		Trip flight = this.flight;
		if (flight != null) {
			expect(now() - flight.begunAt < DEADLINE, "a flight lasts longer than its deadline");
			expect(flight.ready || flight.inProgress || now() < flight.againBy, "no further attempt is made");
			return;
		}
		if (this.armed && !this.closed && !pauseMayHold()) {
			Held held = this.held;
			boolean due = hasUsableToken() ? now() >= held.staleBy && (held.used || this.keepWarm) : this.keepWarm;
			expect(!due, "the timer does not replace the token");
		}
	}

	/**
	 * What a call must have done that got the token at hand.
	 */
	void served(@Nullable AccessToken token) {
		Held held = this.held;
		if (expect(token != null && hasUsableToken() && token.value().equals(held.value), "a call gets", token)) {
			expect(!isSurelyStale(held) || this.flight != null || pauseMayHold(), "a call leaves a stale token alone");
			use();
		}
	}

	boolean expect(boolean condition, String violation, @Nullable Object... details) {
		if (!condition && this.violation == null) {
			this.violation = violation + " " + Arrays.toString(details) + " at " + Duration.ofNanos(now());
		}
		return condition;
	}

	/** What makes a source act. */
	enum Cause {

		CALL, REFRESH, TIME, NONE

	}

	/** A token. */
	static final class Held {

		final String value;

		final long sentAt;

		final long lifetime;

		final long staleFrom;

		final long staleBy;

		final long expiredAt;

		final long wallOffset;

		boolean used;

		boolean rejected;

		boolean jumped;

		Held(String value, long sentAt, long lifetime, long staleFrom, long staleBy, long expiredAt, long wallOffset) {
			this.value = value;
			this.sentAt = sentAt;
			this.lifetime = lifetime;
			this.staleFrom = staleFrom;
			this.staleBy = staleBy;
			this.expiredAt = expiredAt;
			this.wallOffset = wallOffset;
		}

	}

	/** A flight, with those who wait for it. */
	static final class Trip {

		final long begunAt;

		final int maxAttempts;

		final List<Waiter> waiters = new ArrayList<>();

		int attempts;

		boolean awaited;

		/** Whether an attempt waits for its turn. */
		boolean ready = true;

		boolean inProgress;

		long againFrom = NEVER;

		long againBy = NEVER;

		boolean throttled;

		TokenFetcher.@Nullable Result answer;

		long sentAt;

		boolean mustEnd;

		boolean mayEnd;

		@Nullable String token;

		@Nullable Kind failure;

		Trip(long begunAt, int maxAttempts) {
			this.begunAt = begunAt;
			this.maxAttempts = maxAttempts;
		}

	}

	/**
	 * Somebody who waits for a flight.
	 *
	 * @param future what it waits for
	 * @param rejected the token that it does not want again
	 */
	record Waiter(CompletableFuture<@Nullable AccessToken> future, @Nullable String rejected) {

	}

}
