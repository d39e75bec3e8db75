/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RefreshingTokenSource}: the attempts of one flight, and its end.
 */
class RefreshingTokenSourceFlightTests {

	private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(10);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void triesAgainAfterPassingFailuresWithGrowingPauses() {
		this.time.jitter(0.5);
		this.fetcher.thenFail(Kind.PASSING, 2);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runNext();
		expectNextAttemptAfter(Duration.ofNanos(187_500_000));
		expectNextAttemptAfter(Duration.ofMillis(375));
		assertThat(SourceFixture.tokenOf(stage).value()).isEqualTo("canary-3");
	}

	@Test
	void triesNoMoreThanThreeTimes() {
		this.fetcher.thenFail(Kind.PASSING, 3);
		CompletionStage<AccessToken> stage = this.source.token();
		run(Duration.ofSeconds(1));
		assertThat(this.fetcher.requests()).isEqualTo(3);
		assertThat(SourceFixture.failureOf(stage).kind()).isEqualTo(Kind.PASSING);
	}

	@Test
	void triesOnceInAFlightThatFollowsAFailedOne() {
		this.fetcher.thenFail(Kind.PASSING, 4);
		this.source.token();
		run(Duration.ofSeconds(2));
		assertThat(this.fetcher.requests()).isEqualTo(3);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isEqualTo(4);
		SourceFixture.failureOf(stage);
	}

	@Test
	void triesThreeTimesAgainAfterASuccess() {
		this.fetcher.thenFail(Kind.PASSING, 3).thenToken("brief", Duration.ofSeconds(10)).thenFail(Kind.PASSING, 3);
		this.source.token();
		run(Duration.ofSeconds(2));
		this.fixture.obtain();
		this.time.advance(Duration.ofSeconds(9));
		this.executor.runAll();
		this.source.token();
		run(Duration.ofSeconds(1));
		assertThat(this.fetcher.requests()).isEqualTo(3 + 1 + 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "LASTING", "CALLER" })
	void doesNotTryAgainAfterAFailureThatStays(Kind kind) {
		this.fetcher.thenFail(kind);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).kind()).isEqualTo(kind);
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void waitsAsLongAsTheServerAsksIfThatFits() {
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(9)));
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runNext();
		expectNextAttemptAfter(Duration.ofSeconds(9));
		assertThat(SourceFixture.tokenOf(stage).value()).isEqualTo("canary-2");
	}

	@ParameterizedTest
	@ValueSource(longs = { 10, 11, 3600, Long.MAX_VALUE })
	void doesNotWaitForWhatDoesNotFit(long retryAfter) {
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(retryAfter)));
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).kind()).isEqualTo(Kind.THROTTLED);
	}

	@Test
	void doesNotTryAgainWhenThrottledForAnUnknownTime() {
		this.fetcher.then(() -> ScriptedFetcher.throttled(null));
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).kind()).isEqualTo(Kind.THROTTLED);
	}

	@Test
	void startsNoAttemptThatCouldNotBeginInTime() {
		this.fetcher.then(() -> {
			this.time.advance(TOTAL_TIMEOUT.minusMillis(100));
			return ScriptedFetcher.failure(Kind.PASSING);
		});
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).problem()).isEqualTo("the token request failed");
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void failsAtOnceWhenTheExecutorRejects() {
		this.executor.reject(true);
		assertThat(this.fixture.failure().problem())
			.isEqualTo("the token request failed unexpectedly (java.util.concurrent.RejectedExecutionException)");
		this.executor.reject(false);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-1");
	}

	@Test
	void failsAtOnceWhenTheExecutorRejectsAFurtherAttempt() {
		this.fetcher.thenFail(Kind.PASSING);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runNext();
		this.executor.reject(true);
		this.time.advance(Duration.ofMillis(250));
		assertThat(SourceFixture.failureOf(stage).problem()).contains("RejectedExecutionException");
	}

	@Test
	void failsAtOnceWhenTheTimerRejectsAFurtherAttempt() {
		this.fetcher.then(() -> {
			this.time.refuseAlarms();
			return ScriptedFetcher.failure(Kind.PASSING);
		});
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runNext();
		SourceFixture.failureOf(stage);
	}

	@Test
	void handsOutAStaleTokenThoughTheExecutorRejects() {
		AccessToken token = this.fixture.obtain();
		this.executor.reject(true);
		this.time.advance(Duration.ofSeconds(3000));
		assertThat(this.source.current()).isSameAs(token);
	}

	@Test
	void triesAgainAfterAnUnexpectedException() {
		this.fetcher.thenThrow(new IllegalStateException("a message with the s3cr3t in it"));
		CompletionStage<AccessToken> stage = this.source.token();
		run(Duration.ofSeconds(1));
		assertThat(SourceFixture.tokenOf(stage).value()).isEqualTo("canary-2");
	}

	@Test
	void wakesEverybodyWhoWaitsWhenTheFetcherDies() {
		for (int i = 0; i < 3; i++) {
			this.fetcher.thenThrow(new StackOverflowError("a message with the s3cr3t in it"));
		}
		List<CompletionStage<AccessToken>> callers = Stream.generate(this.source::token).limit(10).toList();
		run(Duration.ofSeconds(1));
		assertThat(callers).allSatisfy((caller) -> assertThat(SourceFixture.failureOf(caller).message())
			.startsWith(
					"OAuth2 client 'orders': the token request failed unexpectedly (java.lang.StackOverflowError). ")
			.doesNotContain("s3cr3t"));
	}

	@Test
	void doesNotBelongToTheCallerWhoBeganIt() {
		CompletableFuture<AccessToken> first = this.source.token().toCompletableFuture();
		CompletableFuture<AccessToken> second = this.source.token().toCompletableFuture();
		first.cancel(true);
		this.executor.runAll();
		assertThat(second).isCompletedWithValueMatching((token) -> token.value().equals("canary-1"));
	}

	@Test
	void goesOnWhenEverybodyLeaves() {
		Stream.generate(this.source::token).limit(10).forEach((caller) -> caller.toCompletableFuture().cancel(true));
		this.executor.runAll();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
	}

	@Test
	void cannotBeCompletedByACaller() {
		this.source.token().toCompletableFuture().complete(null);
		CompletionStage<AccessToken> other = this.source.token();
		assertThat(other.toCompletableFuture()).isNotDone();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(other).value()).isEqualTo("canary-1");
	}

	@Test
	void goesOnWhenAWaitingCallerIsInterrupted() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(FailureException.class).isThrownBy(this.source::await)
			.satisfies((ex) -> assertThat(ex.failure().kind()).isEqualTo(Kind.CALLER));
		assertThat(Thread.interrupted()).as("interrupt status of the caller").isTrue();
		this.executor.runAll();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
	}

	@Test
	void handsOutATokenToAnInterruptedCaller() {
		AccessToken token = this.fixture.obtain();
		Thread.currentThread().interrupt();
		assertThat(this.source.await()).isSameAs(token);
		assertThat(Thread.interrupted()).isTrue();
	}

	private void expectNextAttemptAfter(Duration pause) {
		this.time.advance(pause.minusNanos(1));
		assertThat(this.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		this.executor.runNext();
	}

	private void run(Duration duration) {
		this.executor.runAll();
		for (long millis = 0; millis < duration.toMillis(); millis += 25) {
			this.time.advance(Duration.ofMillis(25));
			this.executor.runAll();
		}
	}

}
