/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Cooldown.Pause;
import io.github.outboundauth.token.Flight.Landing;
import io.github.outboundauth.token.RefreshPolicy.Schedule;
import io.github.outboundauth.token.Timekeeper.Alarm;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Keeps the token of one registration current: one flight at most, begun before the token
 * expires. The lock is held for a few instructions and never while a fetch runs or a
 * waiter is woken.
 */
final class RefreshingTokenSource implements TokenSource {

	private final Object lock = new Object();

	private final TokenSources.Registration registration;

	/** Shared by all registrations with this endpoint and client id. */
	private final Cooldown throttle;

	private final Timekeeper time;

	private final Executor executor;

	private final Function<TokenFailure, RuntimeException> exceptions;

	private final Cooldown cooldown = new Cooldown();

	private final RefetchAllowance allowance; // guarded by lock

	private volatile @Nullable HeldToken held; // written under lock

	private volatile @Nullable Flight flight; // written under lock

	private @Nullable Alarm alarm; // guarded by lock

	private boolean closed; // guarded by lock

	RefreshingTokenSource(TokenSources.Registration registration, Cooldown throttle, Timekeeper time, Executor executor,
			Function<TokenFailure, RuntimeException> exceptions) {
		this.registration = registration;
		this.throttle = throttle;
		this.time = time;
		this.executor = executor;
		this.exceptions = exceptions;
		this.allowance = new RefetchAllowance(time.nanoTime());
	}

	@Override
	public @Nullable AccessToken current() {
		HeldToken held = this.held;
		if (held == null) {
			return null;
		}
		long now = this.time.nanoTime();
		if (now - held.staleAt < 0) {
			return held.use();
		}
		if (now - held.expiredAt < 0) {
			replaceInBackground(held, now);
			return held.use();
		}
		return null;
	}

	@Override
	public CompletionStage<AccessToken> token() {
		AccessToken token = current();
		if (token != null) {
			return CompletableFuture.completedStage(token);
		}
		return landing(false).thenApply((landing) -> landing.orThrow(this.exceptions));
	}

	@Override
	public AccessToken await() {
		AccessToken token = current();
		if (token != null) {
			return token;
		}
		try {
			return landing(false).get().orThrow(this.exceptions);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.exceptions
				.apply(failure(Kind.CALLER, "the caller was interrupted while it waited for a token", "Try again"));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public CompletionStage<@Nullable AccessToken> reject(AccessToken rejected) {
		boolean allowed = false;
		synchronized (this.lock) {
			HeldToken held = this.held;
			if (held != null && held.token.hasSameValueAs(rejected)) {
				long now = this.time.nanoTime();
				if (this.flight == null) {
					if (pause(now) != null || !this.allowance.take(now)) {
						return CompletableFuture.completedStage(null);
					}
					allowed = true;
				}
				this.held = null;
			}
		}
		AccessToken current = current();
		if (current != null) {
			return CompletableFuture.completedStage(other(current, rejected));
		}
		return landing(allowed).thenApply((landing) -> other(landing.token(), rejected));
	}

	private static @Nullable AccessToken other(@Nullable AccessToken token, AccessToken rejected) {
		return (token != null && !token.hasSameValueAs(rejected)) ? token : null;
	}

	/**
	 * Where the flight that brings the next token will land: joined, begun, or not to be
	 * begun before the pause is over.
	 * @param allowed whether the allowance was drawn on already
	 */
	private CompletableFuture<Landing> landing(boolean allowed) {
		Flight flight;
		synchronized (this.lock) {
			long now = this.time.nanoTime();
			HeldToken held = this.held;
			if (held != null && now - held.expiredAt < 0) {
				// Another caller was faster.
				return CompletableFuture.completedFuture(new Landing(held.use(), null));
			}
			flight = this.flight;
			if (flight != null) {
				flight.expect();
				return flight.landing();
			}
			TokenFailure failure = reasonNotToFly(now);
			if (failure != null) {
				return CompletableFuture.completedFuture(new Landing(null, failure));
			}
			if (!allowed) {
				this.allowance.draw(now);
			}
			flight = begin(now);
			flight.expect();
		}
		launch(flight);
		return flight.landing();
	}

	private void replaceInBackground(HeldToken held, long now) {
		if (this.flight != null || pause(now) != null) {
			return;
		}
		Flight flight;
		synchronized (this.lock) {
			if (this.held != held || this.flight != null || reasonNotToFly(now) != null) {
				return;
			}
			this.allowance.draw(now);
			flight = begin(now);
		}
		launch(flight);
	}

	private @Nullable TokenFailure reasonNotToFly(long now) {
		if (this.closed) {
			return failure(Kind.CALLER, "the application context is closed", "Make no calls after shutdown");
		}
		Pause pause = pause(now);
		return (pause != null) ? explain(pause, now) : null;
	}

	private @Nullable Pause pause(long now) {
		Pause own = this.cooldown.at(now);
		Pause shared = this.throttle.at(now);
		if (own == null || shared == null) {
			return (own != null) ? own : shared;
		}
		return (own.until() - shared.until() > 0) ? own : shared;
	}

	private TokenFailure explain(Pause pause, long now) {
		TokenFailure failure = pause.failure();
		Instant end = this.time.instant().plusNanos(pause.until() - now);
		return new TokenFailure(this.registration.id(), failure.kind(), failure.problem(), failure.advice(),
				failure.endpoint(), failure.status(), failure.error(), failure.retryAfter(), end);
	}

	private Flight begin(long now) {
		RetryPolicy retry = this.registration.retry();
		int attempts = this.cooldown.followsFailure() ? 1 : retry.maxAttempts();
		Flight flight = new Flight(attempts, now + retry.totalTimeout().toNanos());
		this.flight = flight;
		return flight;
	}

	private void launch(Flight flight) {
		Duration timeout = this.registration.retry().totalTimeout();
		try {
			Alarm deadline = this.time.wake(timeout, () -> finish(flight, failure(Kind.PASSING,
					"no complete answer within " + timeout.toMillis() + " ms",
					"Check that the authorization server is reachable and fast enough, or raise http.total-timeout")));
			flight.landing().thenRun(deadline::cancel);
		}
		catch (RuntimeException | Error ex) {
			finish(flight, unexpected(ex));
			return;
		}
		submit(flight);
	}

	private void submit(Flight flight) {
		try {
			this.executor.execute(() -> attempt(flight));
		}
		catch (RuntimeException | Error ex) {
			finish(flight, unexpected(ex));
		}
	}

	private void attempt(Flight flight) {
		TokenFetcher.Result result;
		try {
			result = flight.attempt(this.registration.fetcher());
		}
		catch (RuntimeException | Error ex) {
			result = unexpected(ex);
		}
		if (result instanceof TokenFetcher.Response response) {
			finish(flight, response);
		}
		else if (result instanceof TokenFailure failure) {
			Duration pause = pauseBeforeNextAttempt(flight, failure);
			if (pause != null) {
				submitLater(flight, pause);
			}
			else {
				finish(flight, failure);
			}
		}
	}

	private void submitLater(Flight flight, Duration pause) {
		try {
			this.time.wake(pause, () -> submit(flight));
		}
		catch (RuntimeException | Error ex) {
			finish(flight, unexpected(ex));
		}
	}

	private @Nullable Duration pauseBeforeNextAttempt(Flight flight, TokenFailure failure) {
		Duration pause = switch (failure.kind()) {
			case PASSING -> this.registration.retry().pauseAfter(flight.attempts(), this.time.jitter());
			case THROTTLED -> failure.retryAfter();
			case LASTING, CALLER -> null;
		};
		if (pause == null || !flight.hasAttemptsLeft() || this.flight != flight) {
			return null;
		}
		Duration left = Duration.ofNanos(flight.deadline() - this.time.nanoTime());
		return (pause.compareTo(left) < 0) ? pause : null;
	}

	private void finish(Flight flight, TokenFetcher.Response response) {
		Schedule schedule = this.registration.refresh()
			.schedule(response.expiresIn(), response.refreshIn(), this.time.jitter());
		HeldToken next = HeldToken.of(response, schedule, this.time);
		if (this.time.nanoTime() - next.expiredAt >= 0) {
			finish(flight, failure(Kind.PASSING, "the token had expired before it arrived",
					"Raise the lifetime of its tokens at the authorization server"));
			return;
		}
		synchronized (this.lock) {
			if (this.flight != flight) {
				return; // given up: a late answer changes nothing
			}
			if (flight.isAwaited()) {
				next.use();
			}
			this.held = next;
			this.cooldown.end();
			this.flight = null;
			setAlarm(next.staleAt);
		}
		flight.land(new Landing(next.token, null));
	}

	private void finish(Flight flight, TokenFailure failure) {
		TokenFailure explained;
		synchronized (this.lock) {
			if (this.flight != flight) {
				return;
			}
			long now = this.time.nanoTime();
			HeldToken held = this.held;
			long usable = (held != null) ? held.expiredAt - now : 0;
			Pause pause = this.cooldown.begin(failure, now, usable, this.time.jitter());
			if (failure.kind() == Kind.THROTTLED) {
				this.throttle.share(pause);
			}
			this.flight = null;
			setAlarm(pause.until());
			explained = explain(pause, now);
		}
		flight.land(new Landing(null, explained));
	}

	private void setAlarm(long at) {
		if (this.alarm != null) {
			this.alarm.cancel();
			this.alarm = null;
		}
		if (!this.closed) {
			long delay = Math.max(0, at - this.time.nanoTime());
			try {
				this.alarm = this.time.wake(Duration.ofNanos(delay), this::replaceIfWanted);
			}
			catch (RuntimeException | Error ex) {
				// Calls replace the token, too; those who wait must still be woken.
			}
		}
	}

	private void replaceIfWanted() {
		HeldToken held = this.held;
		long now = this.time.nanoTime();
		Pause pause = pause(now);
		if (pause != null) {
			waitForTheEnd(pause, held);
		}
		else if (this.registration.refresh().keepWarm()) {
			if (held == null || now - held.expiredAt >= 0) {
				landing(false);
			}
			else if (now - held.staleAt >= 0) {
				replaceInBackground(held, now);
			}
		}
		else if (held != null && held.used && now - held.staleAt >= 0 && now - held.expiredAt < 0) {
			replaceInBackground(held, now);
		}
	}

	/**
	 * Look again when a pause is over that began elsewhere and so set no alarm here.
	 */
	private void waitForTheEnd(Pause pause, @Nullable HeldToken held) {
		synchronized (this.lock) {
			if (this.held == held && this.flight == null) {
				setAlarm(pause.until());
			}
		}
	}

	/**
	 * End the flight and everything that would begin one.
	 */
	void close() {
		Flight flight;
		synchronized (this.lock) {
			this.closed = true;
			flight = this.flight;
			this.flight = null;
			this.held = null;
			if (this.alarm != null) {
				this.alarm.cancel();
			}
		}
		if (flight != null) {
			flight.land(new Landing(null, failure(Kind.CALLER, "the application context was closed",
					"Make no calls while the application shuts down")));
		}
	}

	private TokenFailure unexpected(Throwable ex) {
		// The message may be anything, a secret included.
		return failure(Kind.PASSING, "the token request failed unexpectedly (" + ex.getClass().getName() + ")",
				"This is a defect of the client or of a bean it uses; please report it");
	}

	private TokenFailure failure(Kind kind, String problem, String advice) {
		return new TokenFailure(this.registration.id(), kind, problem, advice);
	}

	/**
	 * A token with the readings of the monotonic clock between which it lives. The flag
	 * is written without synchronization, and only once: a late reader loses a refresh
	 * ahead, never a token.
	 */
	private static final class HeldToken {

		private final AccessToken token;

		private final long staleAt;

		private final long expiredAt;

		private boolean used;

		private HeldToken(AccessToken token, long staleAt, long expiredAt) {
			this.token = token;
			this.staleAt = staleAt;
			this.expiredAt = expiredAt;
		}

		static HeldToken of(TokenFetcher.Response response, Schedule schedule, Timekeeper time) {
			long requestedAt = response.requestedAt();
			Instant issuedAt = time.instant().minusNanos(time.nanoTime() - requestedAt);
			AccessToken token = new AccessToken(response.token(), response.scopes(), issuedAt,
					issuedAt.plus(schedule.lifetime()));
			return new HeldToken(token, requestedAt + schedule.staleAfter(), requestedAt + schedule.expiredAfter());
		}

		AccessToken use() {
			if (!this.used) {
				this.used = true;
			}
			return this.token;
		}

	}

}
