/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * An authorization server that fails every request for ten minutes, beginning at some
 * moment of a token's life, while a call comes every second.
 */
final class OutageSimulation {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final int OUTAGE = 600;

	/** Long enough for every pause that the outage leaves behind. */
	private static final int AFTERWARDS = 120;

	private final ManualTime time = new ManualTime();

	private final ScriptedFetcher fetcher = new ScriptedFetcher(this.time);

	private final RefreshingTokenSource source = SourceFixture.source(this.fetcher, RefreshPolicy.DEFAULT,
			RetryPolicy.DEFAULT, this.time, Runnable::run);

	private final Duration lifetime;

	private int failedCalls;

	private OutageSimulation(Duration lifetime, Random random) {
		this.lifetime = lifetime;
		this.time.jitter(random::nextDouble);
		work();
	}

	/**
	 * What happens with a source.
	 * @param lifetime of the tokens
	 * @param start when the outage begins, counted from the first token
	 */
	static Outcome ours(Duration lifetime, Duration start, Random random) {
		return new OutageSimulation(lifetime, random).run(start);
	}

	/**
	 * What happens with the rule of Spring Security's providers: a token is used until a
	 * minute before its end; after that every call makes a request, and fails with it.
	 */
	static Outcome security(Duration lifetime, Duration start) {
		double used = lifetime.toSeconds() - 60;
		double age = (start.toNanos() / 1e9) % used;
		int failing = (int) Math.ceil(Math.max(0, OUTAGE - (used - age)));
		return new Outcome(failing, failing, (failing > 0) ? 1 : 0);
	}

	private Outcome run(Duration start) {
		passCoarsely(start);
		int before = this.fetcher.requests();
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		pass(OUTAGE);
		int attempts = this.fetcher.requests() - before;
		work();
		int recovery = 0;
		if (attempts > 0) {
			int asked = this.fetcher.requests();
			while (this.fetcher.requests() == asked && recovery < AFTERWARDS) {
				pass(1);
				recovery++;
			}
		}
		pass(AFTERWARDS - recovery);
		return new Outcome(this.failedCalls, attempts, recovery);
	}

	private void work() {
		this.fetcher.always(() -> this.fetcher.token("canary-" + this.fetcher.requests(), this.lifetime));
	}

	/**
	 * While nothing fails it does not matter how many calls there are, as long as each
	 * token is used.
	 */
	private void passCoarsely(Duration duration) {
		Duration step = this.lifetime.dividedBy(20);
		Duration left = duration;
		while (left.compareTo(step) > 0) {
			this.source.token();
			this.time.advance(step);
			left = left.minus(step);
		}
		this.source.token();
		this.time.advance(left);
	}

	private void pass(int seconds) {
		for (int second = 0; second < seconds; second++) {
			CompletableFuture<@Nullable AccessToken> call = this.source.token().toCompletableFuture();
			this.time.advance(SECOND);
			if (!call.isDone()) {
				throw new IllegalStateException("A flight that is refused at once takes longer than a second");
			}
			if (call.isCompletedExceptionally()) {
				this.failedCalls++;
			}
		}
	}

	/**
	 * How a trial went.
	 *
	 * @param failing the seconds in which the call failed
	 * @param attempts the token requests during the outage
	 * @param recovery the seconds until the next token after it; 0 if nothing was asked
	 */
	record Outcome(int failing, int attempts, int recovery) {

	}

}
