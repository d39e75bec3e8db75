/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Cooldown.Pause;
import io.github.outboundauth.token.Flight.Landing;
import io.github.outboundauth.token.RefreshPolicy.Schedule;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * The token of one registration, kept current: one flight at most, begun before the token
 * expires. All that the lock guards is in this class or reached through it alone; the
 * lock is held for a few instructions and never while a token request runs or a waiter is
 * woken.
 */
final class CurrentToken {

	private final Object lock = new Object();

	private final TokenSources.Registration registration;

	private final Timekeeper time;

	private final Executor executor;

	private final Cooldown cooldown;

	private final RefetchAllowance allowance; // guarded by lock

	private final RefreshAlarm alarm; // guarded by lock

	private volatile @Nullable HeldToken held; // written under lock

	private volatile @Nullable Flight flight; // written under lock

	private boolean closed; // guarded by lock

	/**
	 * Begin without a token.
	 * @param registration whose token it is
	 * @param throttle shared by all registrations with this endpoint and client id
	 * @param time decides when something happens
	 * @param executor runs the token requests
	 */
	CurrentToken(TokenSources.Registration registration, Cooldown throttle, Timekeeper time, Executor executor) {
		this.registration = registration;
		this.time = time;
		this.executor = executor;
		this.cooldown = new Cooldown(throttle);
		this.allowance = new RefetchAllowance(time.nanoTime());
		this.alarm = new RefreshAlarm(time, this::replaceIfWanted);
	}

	/**
	 * The token if it is usable; if it is stale, a replacement is fetched in the
	 * background.
	 */
	@Nullable AccessToken get() {
		HeldToken held = this.held;
		if (held == null) {
			return null;
		}
		long now = this.time.nanoTime();
		if (held.isFresh(now)) {
			return held.use();
		}
		if (held.isUsable(now)) {
			replaceInBackground(held, now);
			return held.use();
		}
		return null;
	}

	/**
	 * Where the flight that brings the next token will land: joined, begun, or not to be
	 * begun before a pause is over.
	 */
	CompletableFuture<Landing> next() {
		return next(false);
	}

	/**
	 * The same after a resource server refused a token. If that is the current one, it is
	 * dropped, provided that another can be fetched now.
	 * @return where that lands, or {@code null} if the refused token is all there is
	 */
	@Nullable CompletableFuture<Landing> nextAfter(AccessToken rejected) {
		boolean allowed = false;
		synchronized (this.lock) {
			HeldToken held = this.held;
			if (held != null && held.hasSameValueAs(rejected)) {
				long now = this.time.nanoTime();
				if (this.flight == null) {
					if (this.cooldown.at(now) != null || !this.allowance.take(now)) {
						return null;
					}
					allowed = true;
				}
				this.held = null;
			}
		}
		AccessToken token = get();
		return (token != null) ? CompletableFuture.completedFuture(new Landing(token, null)) : next(allowed);
	}

	/**
	 * The next landing.
	 * @param allowed whether the allowance was drawn on already
	 */
	private CompletableFuture<Landing> next(boolean allowed) {
		Flight flight;
		synchronized (this.lock) {
			long now = this.time.nanoTime();
			HeldToken held = this.held;
			if (held != null && held.isUsable(now)) {
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
			flight = begin(now, allowed);
			flight.expect();
		}
		flight.launch();
		return flight.landing();
	}

	private void replaceInBackground(HeldToken held, long now) {
		if (this.flight != null || this.cooldown.at(now) != null) {
			return;
		}
		Flight flight;
		synchronized (this.lock) {
			if (this.held != held || this.flight != null || reasonNotToFly(now) != null) {
				return;
			}
			flight = begin(now, false);
		}
		flight.launch();
	}

	private @Nullable TokenFailure reasonNotToFly(long now) {
		if (this.closed) {
			return new TokenFailure(this.registration.id(), Kind.CALLER, "the application context is closed",
					"Make no calls after shutdown");
		}
		Pause pause = this.cooldown.at(now);
		return (pause != null) ? pause.explain(this.registration.id(), this.time) : null;
	}

	private Flight begin(long now, boolean allowed) {
		if (!allowed) {
			this.allowance.draw(now);
		}
		int attempts = this.cooldown.followsFailure() ? 1 : this.registration.retry().maxAttempts();
		Flight flight = new Flight(this.registration, attempts, this.time, this.executor, this::arrived);
		this.flight = flight;
		return flight;
	}

	/**
	 * The token is published first, then the flight is cleared, then its waiters are
	 * woken.
	 */
	private void arrived(Flight flight, TokenFetcher.Result result) {
		Landing landing;
		synchronized (this.lock) {
			if (this.flight != flight) {
				return; // given up: a late answer changes nothing
			}
			landing = (result instanceof TokenFetcher.Response response) ? succeed(flight, response)
					: fail((TokenFailure) result);
		}
		flight.land(landing);
	}

	private Landing succeed(Flight flight, TokenFetcher.Response response) {
		Schedule schedule = this.registration.refresh()
			.schedule(response.expiresIn(), response.refreshIn(), this.time.jitter());
		HeldToken next = HeldToken.of(response, schedule, this.time);
		if (!next.isUsable(this.time.nanoTime())) {
			return fail(
					new TokenFailure(this.registration.id(), Kind.PASSING, "the token had expired before it arrived",
							"Raise the lifetime of its tokens at the authorization server"));
		}
		if (flight.isAwaited()) {
			next.use();
		}
		this.held = next;
		this.cooldown.end();
		this.flight = null;
		this.alarm.set(next.staleAt());
		return new Landing(next.token(), null);
	}

	private Landing fail(TokenFailure failure) {
		long now = this.time.nanoTime();
		HeldToken held = this.held;
		Pause pause = this.cooldown.begin(failure, now, (held != null) ? held.usableFor(now) : 0, this.time.jitter());
		this.flight = null;
		this.alarm.set(pause.until());
		return new Landing(null, pause.explain(this.registration.id(), this.time));
	}

	/**
	 * Replace the token if it is stale and somebody wants that. A pause that began
	 * elsewhere set no alarm here, so its end is waited for.
	 */
	private void replaceIfWanted() {
		HeldToken held = this.held;
		long now = this.time.nanoTime();
		Pause pause = this.cooldown.at(now);
		boolean keepWarm = this.registration.refresh().keepWarm();
		if (pause != null) {
			synchronized (this.lock) {
				if (this.held == held && this.flight == null) {
					this.alarm.set(pause.until());
				}
			}
		}
		else if (held == null || !held.isUsable(now)) {
			if (keepWarm) {
				next();
			}
		}
		else if (!held.isFresh(now) && (keepWarm || held.wasUsed())) {
			replaceInBackground(held, now);
		}
	}

	/**
	 * End the flight and everything that would begin one.
	 */
	void close() {
		Flight flight;
		synchronized (this.lock) {
			this.closed = true;
			this.held = null;
			this.alarm.close();
			flight = this.flight;
			this.flight = null;
		}
		if (flight != null) {
			flight.land(new Landing(null, new TokenFailure(this.registration.id(), Kind.CALLER,
					"the application context was closed", "Make no calls while the application shuts down")));
		}
	}

}
