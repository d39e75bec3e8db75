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
import io.github.outboundauth.token.TokenListener.Obtained;
import io.github.outboundauth.token.TokenListener.Recovered;
import io.github.outboundauth.token.TokenListener.RefreshFailed;
import io.github.outboundauth.token.TokenListener.Rejected;

/**
 * The token of one registration, or of several that share it, kept current: one flight at
 * most, begun before the token expires. All that the lock guards is in this class or
 * reached through it alone; the lock is held for a few instructions and never while a
 * token request runs, a waiter is woken or a listener is told.
 */
final class CurrentToken implements Flight.Owner {

	private final Object lock = new Object();

	private final TokenSources.Registration registration;

	private final Timekeeper time;

	private final ConcurrencyLimit requests;

	private final Executor executor;

	private final Announcer announcer;

	private final Cooldown cooldown;

	private final RefetchAllowance allowance; // guarded by lock

	private final RefreshAlarm alarm; // guarded by lock

	private volatile @Nullable HeldToken held; // written under lock

	private volatile @Nullable Flight flight; // written under lock

	private boolean closed; // guarded by lock

	/**
	 * Begin without a token.
	 * @param registration whose token it is; of several the first
	 * @param shared what its source shares with others
	 */
	CurrentToken(TokenSources.Registration registration, TokenSources.Shared shared) {
		this.registration = registration;
		this.time = shared.time();
		this.requests = shared.requests();
		this.executor = shared.executor();
		this.announcer = shared.announcer();
		this.cooldown = new Cooldown(shared.throttle());
		this.allowance = new RefetchAllowance(this.time.nanoTime());
		this.alarm = new RefreshAlarm(this.time, this::replaceIfWanted);
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
			return held.use(now);
		}
		if (held.isUsable(now)) {
			if (held.isStale(now, this.time)) {
				replaceInBackground(held, now);
			}
			return held.use(now);
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
	 * Whether a thread makes the request for the next token: it would wait for itself.
	 */
	boolean isFetchedBy(Thread thread) {
		Flight flight = this.flight;
		return flight != null && flight.isAttemptedBy(thread);
	}

	/**
	 * The same, although there may be a token at hand and whatever failed before.
	 */
	CompletableFuture<Landing> renew() {
		return next(true);
	}

	private CompletableFuture<Landing> next(boolean anew) {
		Flight flight;
		synchronized (this.lock) {
			long now = this.time.nanoTime();
			HeldToken held = this.held;
			if (!anew && held != null && held.isUsable(now)) {
				// Another caller was faster.
				return CompletableFuture.completedFuture(new Landing(held.use(now), null));
			}
			flight = this.flight;
			if (flight != null) {
				flight.expect();
				return flight.landing();
			}
			if (anew) {
				this.cooldown.cutShort();
			}
			TokenFailure failure = reasonNotToFly(now);
			if (failure != null) {
				return CompletableFuture.completedFuture(new Landing(null, failure));
			}
			this.allowance.draw(now);
			flight = begin();
			flight.expect();
		}
		flight.launch();
		return flight.landing();
	}

	/**
	 * The same after a resource server refused a token. If that is the current one, it is
	 * dropped, provided that another can be fetched now.
	 * @return where that lands, or {@code null} if the refused token is all there is
	 */
	@Nullable CompletableFuture<Landing> nextAfter(AccessToken rejected) {
		boolean kept = false;
		Flight begun = null;
		synchronized (this.lock) {
			HeldToken held = this.held;
			if (held != null && held.hasSameValueAs(rejected)) {
				long now = this.time.nanoTime();
				boolean flying = this.flight != null;
				kept = !flying && (this.cooldown.at(now) != null || !this.allowance.take(now));
				if (held.reject()) {
					Rejected event = new Rejected(this.registration.id(), held.age(now), !kept);
					this.announcer.add((listener) -> listener.rejected(event));
				}
				if (!kept) {
					this.held = null;
					begun = flying ? null : begin();
				}
			}
		}
		this.announcer.announce();
		if (kept) {
			return null;
		}
		if (begun != null) {
			begun.launch();
		}
		AccessToken token = get();
		return (token != null) ? CompletableFuture.completedFuture(new Landing(token, null)) : next();
	}

	/**
	 * Forget the token and the flight that may bring another of its kind. Who waits for
	 * that one lands with the next.
	 */
	void drop() {
		Flight outdated;
		Flight next = null;
		TokenFailure failure;
		synchronized (this.lock) {
			long now = this.time.nanoTime();
			HeldToken held = this.held;
			outdated = this.flight;
			this.held = null;
			this.flight = null;
			this.cooldown.cutShort();
			failure = reasonNotToFly(now);
			boolean wanted = outdated != null || (held != null && held.isWanted(now))
					|| this.registration.refresh().keepWarm();
			if (wanted && failure == null) {
				next = begin();
				if (outdated != null && outdated.isAwaited()) {
					next.expect();
				}
			}
		}
		if (outdated != null) {
			outdated.landWith(next, new Landing(null, failure));
		}
		if (next != null) {
			next.launch();
		}
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
			flight = begin();
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

	private Flight begin() {
		int attempts = (this.cooldown.failures() > 0) ? 1 : this.registration.retry().maxAttempts();
		Flight flight = new Flight(this.registration, attempts, this.time, this.requests, this.executor, this);
		this.flight = flight;
		return flight;
	}

	/**
	 * The token is published first, then the flight is cleared, then its waiters are
	 * woken.
	 */
	@Override
	public void arrived(Flight flight, TokenFetcher.Result result) {
		Landing landing;
		synchronized (this.lock) {
			if (this.flight != flight) {
				return; // given up: a late answer changes nothing
			}
			landing = (result instanceof TokenFetcher.Response response) ? succeed(flight, response)
					: fail((TokenFailure) result);
		}
		this.announcer.announce();
		flight.land(landing);
	}

	@Override
	public void holdBack(Flight flight) {
		Pause pause = this.cooldown.throttleAt(this.time.nanoTime());
		if (pause == null) {
			return;
		}
		synchronized (this.lock) {
			if (this.flight != flight) {
				return;
			}
			this.flight = null;
			this.alarm.set(pause.until());
		}
		flight.land(new Landing(null, pause.explain(this.registration.id(), this.time)));
	}

	@Override
	public void throttled(TokenFailure failure, long until) {
		this.cooldown.share(new Pause(failure, until));
	}

	private Landing succeed(Flight flight, TokenFetcher.Response response) {
		Schedule schedule = this.registration.refresh()
			.schedule(response.expiresIn(), response.refreshIn(), this.time.jitter());
		HeldToken next = HeldToken.of(response, schedule, this.held, this.time);
		long now = this.time.nanoTime();
		if (!next.isUsable(now)) {
			return fail(
					new TokenFailure(this.registration.id(), Kind.PASSING, "the token had expired before it arrived",
							"Raise the lifetime of its tokens at the authorization server")
						.withAttempts(flight.attempts()));
		}
		if (flight.isAwaited()) {
			next.use(now);
		}
		this.held = next;
		Obtained obtained = new Obtained(this.registration.id(), next.lifetime(), flight.duration(now),
				flight.attempts(), response.remarks());
		this.announcer.add((listener) -> listener.obtained(obtained));
		if (this.cooldown.failures() > 0) {
			Recovered recovered = new Recovered(this.registration.id(), this.cooldown.failures(),
					this.cooldown.since(now));
			this.announcer.add((listener) -> listener.recovered(recovered));
		}
		this.cooldown.end();
		this.flight = null;
		this.alarm.set(next.staleAt());
		return new Landing(next.token(), null);
	}

	private Landing fail(TokenFailure failure) {
		long now = this.time.nanoTime();
		HeldToken held = this.held;
		long usable = (held != null) ? Math.max(0, held.usableFor(now)) : 0;
		Pause pause = this.cooldown.begin(failure, now, usable, this.time.jitter());
		this.flight = null;
		this.alarm.set(pause.until());
		TokenFailure explained = pause.explain(this.registration.id(), this.time);
		RefreshFailed event = new RefreshFailed(explained, Duration.ofNanos(usable), this.cooldown.failures(),
				this.cooldown.since(now));
		this.announcer.add((listener) -> listener.refreshFailed(event));
		if (event.failures() == 1) {
			this.announcer.add((listener) -> listener.degraded(event));
		}
		return new Landing(null, explained);
	}

	/**
	 * Replace the token if it is stale and somebody wants that. It may be too early:
	 * after a refresh that somebody asked for and that failed, or in a pause that began
	 * elsewhere.
	 */
	private void replaceIfWanted() {
		HeldToken held = this.held;
		long now = this.time.nanoTime();
		boolean keepWarm = this.registration.refresh().keepWarm();
		if (this.cooldown.at(now) == null) {
			if (held == null || !held.isUsable(now)) {
				if (keepWarm) {
					next();
				}
			}
			else if (!held.isStale(now, this.time)) {
				lookAgain(held, held.staleAt());
			}
			else if (keepWarm || held.isWanted(now)) {
				replaceInBackground(held, now);
			}
		}
		// Also if it began just now.
		Pause pause = this.cooldown.at(now);
		if (pause != null) {
			lookAgain(held, pause.until());
		}
	}

	private void lookAgain(@Nullable HeldToken held, long at) {
		synchronized (this.lock) {
			if (this.held == held && this.flight == null) {
				this.alarm.set(at);
			}
		}
	}

	/**
	 * End everything that would make a token request.
	 * @return wakes those who wait, once no other source makes requests either
	 */
	Runnable close() {
		Flight flight;
		synchronized (this.lock) {
			this.closed = true;
			this.held = null;
			this.alarm.close();
			flight = this.flight;
			this.flight = null;
		}
		if (flight == null) {
			return () -> {
			};
		}
		flight.close();
		return () -> flight.land(new Landing(null, new TokenFailure(this.registration.id(), Kind.CALLER,
				"the application context was closed", "Make no calls while the application shuts down")));
	}

}
