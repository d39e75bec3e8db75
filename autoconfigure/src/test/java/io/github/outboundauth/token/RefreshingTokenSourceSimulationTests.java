/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource}: the numbers the design promises, on simulated
 * time.
 */
class RefreshingTokenSourceSimulationTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration OUTAGE = Duration.ofMinutes(10);

	private final ManualTime time = new ManualTime();

	private final ScriptedFetcher fetcher = new ScriptedFetcher(this.time);

	private final RefreshingTokenSource source = source(this.fetcher, this.time);

	private int failedCalls;

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 0.999 })
	void asksTenTimesAtMostInTenMinutesWithAWrongSecret(double jitter) {
		this.time.jitter(jitter);
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.LASTING));
		for (int call = 0; call < 600_000; call++) {
			callBlocking();
			this.time.advance(Duration.ofMillis(1));
		}
		assertThat(this.failedCalls).isEqualTo(600_000);
		assertThat(this.fetcher.requests()).isBetween(2, 10);
	}

	@Test
	void asksFortyTimesAtMostInAnOutageOfTenMinutesWhenCold() {
		this.time.jitter(new Random(1)::nextDouble);
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		for (int call = 0; call < 60_000; call++) {
			call();
			this.time.advance(Duration.ofMillis(10));
		}
		assertThat(this.fetcher.requests()).isBetween(20, 40);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.25, 0.5, 0.75, 0.999 })
	void outlivesAnOutageOfTenMinutesWhenACallComesEverySecond(double jitter) {
		for (int start = 0; start < 3600; start += 97) {
			ManualTime time = new ManualTime();
			time.jitter(jitter);
			expectToOutlive(time, Duration.ofSeconds(start), "start=" + start);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void outlivesAnOutageOfTenMinutesWithJitterByChance(long seed) {
		Random random = new Random(seed);
		for (int i = 0; i < 40; i++) {
			ManualTime time = new ManualTime();
			time.jitter(random::nextDouble);
			Duration start = Duration.ofMillis(random.nextInt(7_200_000));
			expectToOutlive(time, start, "start=" + start);
		}
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 0.999 })
	void outlivesTenMinutesInWhichNothingAnswers(double jitter) {
		for (int start = 0; start < 3600; start += 97) {
			SourceFixture fixture = new SourceFixture();
			fixture.time.jitter(jitter);
			fixture.obtain();
			RefreshingTokenSourceRefreshTests.run(fixture, Duration.ofSeconds(start));
			passWithCalls(fixture.source, fixture.time, OUTAGE, "start=" + start);
			// Of each attempt there is the task that waits, and the one that woke its
			// waiters.
			assertThat(fixture.executor.size() / 2).as("attempts, start=%d", start).isLessThanOrEqualTo(25);
			for (int second = 0; second < 3600; second++) {
				fixture.executor.runAll();
				passWithCalls(fixture.source, fixture.time, SECOND, "start=" + start);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 0.999 })
	void asksThirtyFourTimesAtMostInADayOfSteadyCalls(double jitter) {
		this.time.jitter(jitter);
		for (int second = 0; second < 86400; second++) {
			call();
			this.time.advance(SECOND);
		}
		assertThat(this.failedCalls).isZero();
		assertThat(this.fetcher.requests()).isBetween(24, 34);
	}

	@Test
	void asksThreeTimesAtMostWhenTheResourceServerRefusesEveryToken() {
		for (int call = 0; call < 1000; call++) {
			callRefused();
		}
		assertThat(this.fetcher.requests()).isLessThanOrEqualTo(3);
	}

	@Test
	void asksOnceInTenSecondsAfterThatWhenTheResourceServerRefusesEveryToken() {
		for (int call = 0; call < 1000; call++) {
			callRefused();
		}
		for (int tens = 1; tens <= 60; tens++) {
			for (int call = 0; call < 100; call++) {
				this.time.advance(Duration.ofMillis(100));
				callRefused();
			}
			assertThat(this.fetcher.requests()).as("after %d0 s", tens).isLessThanOrEqualTo(3 + tens);
		}
		assertThat(this.failedCalls).isZero();
	}

	@Test
	void loadsNobodyWithATokenOfOneSecond() {
		this.fetcher.always(() -> this.fetcher.token("brief-" + this.fetcher.requests(), SECOND));
		for (int call = 0; call < 60_000; call++) {
			call();
			this.time.advance(Duration.ofMillis(1));
		}
		assertThat(this.failedCalls).isZero();
		assertThat(this.fetcher.requests()).isBetween(60, 121);
	}

	private static void expectToOutlive(ManualTime time, Duration start, String description) {
		ScriptedFetcher fetcher = new ScriptedFetcher(time);
		RefreshingTokenSource source = source(fetcher, time);
		source.token();
		passWithCalls(source, time, start, description);
		int before = fetcher.requests();
		fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		passWithCalls(source, time, OUTAGE, description);
		int attempts = fetcher.requests() - before;
		assertThat(attempts).as(description).isLessThanOrEqualTo(25);
		fetcher.always(null);
		Instant end = time.instant();
		if (attempts > 0) {
			passWithCalls(source, time, Duration.ofSeconds(60), description);
			AccessToken token = source.current();
			assertThat(token).as(description).isNotNull();
			assertThat(token.issuedAt()).as(description).isBetween(end, end.plusSeconds(60));
		}
		passWithCalls(source, time, ScriptedFetcher.LIFETIME, description);
	}

	/**
	 * Let time pass with a call every second, none of which waits.
	 */
	private static void passWithCalls(RefreshingTokenSource source, ManualTime time, Duration duration,
			String description) {
		for (int second = 0; second < duration.toSeconds(); second++) {
			time.advance(SECOND);
			if (source.current() == null) {
				throw new AssertionError("A call failed at " + time.instant() + ", " + description);
			}
		}
		time.advance(duration.minusSeconds(duration.toSeconds()));
	}

	private void call() {
		if (this.source.token().toCompletableFuture().isCompletedExceptionally()) {
			this.failedCalls++;
		}
	}

	private void callBlocking() {
		try {
			this.source.await();
		}
		catch (FailureException ex) {
			this.failedCalls++;
		}
	}

	private void callRefused() {
		AccessToken token = this.source.current();
		if (token == null) {
			call();
			return;
		}
		CompletableFuture<@Nullable AccessToken> next = this.source.reject(token).toCompletableFuture();
		AccessToken replayed = next.join();
		if (replayed != null) {
			this.source.reject(replayed);
		}
	}

	private static RefreshingTokenSource source(ScriptedFetcher fetcher, ManualTime time) {
		return SourceFixture.source(fetcher, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT, time, Runnable::run);
	}

}
