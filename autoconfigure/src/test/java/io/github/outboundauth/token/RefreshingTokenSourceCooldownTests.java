/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RefreshingTokenSource}: the time after a failed flight.
 */
class RefreshingTokenSourceCooldownTests {

	private static final Duration TICK = Duration.ofNanos(1);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@BeforeEach
	void shiftNothing() {
		this.time.jitter(0.5);
	}

	@Test
	void sharesAFailureAmongAllWhoWaited() {
		this.fetcher.thenFail(Kind.LASTING);
		List<CompletionStage<AccessToken>> callers = Stream.generate(this.source::token).limit(10).toList();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isOne();
		assertThat(callers).extracting(SourceFixture::failureOf).hasSize(10).containsOnly(failure(Kind.LASTING, 5));
	}

	@Test
	void givesEachCallerAnExceptionOfItsOwn() {
		this.fetcher.thenFail(Kind.LASTING);
		CompletionStage<AccessToken> first = this.source.token();
		CompletionStage<AccessToken> second = this.source.token();
		this.executor.runAll();
		assertThat(cause(first)).isNotSameAs(cause(second));
	}

	@Test
	void failsFastWithTheTimeOfTheNextAttempt() {
		fail(Kind.LASTING);
		this.time.advance(Duration.ofSeconds(3));
		assertThat(this.fixture.failure()).isEqualTo(failure(Kind.LASTING, 5));
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void failsFastForCallersThatMayBlock() {
		fail(Kind.LASTING);
		assertThatExceptionOfType(FailureException.class).isThrownBy(this.source::await)
			.withMessage("OAuth2 client 'orders': the token request failed. Look into it. "
					+ "[next-attempt=2026-11-21T08:00:05Z]");
	}

	@Test
	void keepsTheDetailsOfTheFailure() {
		this.time.jitter(0);
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(120)));
		this.source.token();
		this.executor.runAll();
		assertThat(this.fixture.failure()).isEqualTo(ScriptedFetcher.throttled(Duration.ofSeconds(120))
			.withAttempts(1)
			.withNextAttempt("orders", ManualTime.START.plusSeconds(120)));
	}

	@ParameterizedTest
	@CsvSource({ "LASTING, 5", "THROTTLED, 5", "CALLER, 1" })
	void makesNoRequestBeforeThePauseIsOver(Kind kind, long seconds) {
		fail(kind);
		this.time.advance(Duration.ofSeconds(seconds).minus(TICK));
		this.fixture.failure();
		assertThat(this.fetcher.requests()).isOne();
		this.time.advance(TICK);
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-2");
	}

	@Test
	void waitsLongerAfterEachPassingFailureWhenCold() {
		assertThat(pauses(Kind.PASSING, 7)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
	}

	@Test
	void waitsLongerAfterEachLastingFailure() {
		assertThat(pauses(Kind.LASTING, 8)).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
	}

	@Test
	void waitsLongerEachTimeItIsThrottled() {
		assertThat(pauses(Kind.THROTTLED, 8)).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
	}

	/**
	 * What is no pause counts as a second: after three attempts with two of these between
	 * them, a third one follows.
	 */
	@ParameterizedTest
	@CsvSource({ "0, 3", "120, 120", "86400, 3600" })
	void waitsAsLongAsTheServerAsksWithinAnHour(long retryAfter, long length) {
		this.time.jitter(0);
		for (int i = 0; i < 3; i++) {
			this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(retryAfter)));
		}
		this.source.token();
		this.executor.runAll();
		this.time.advance(Duration.ofSeconds(1));
		this.executor.runAll();
		this.time.advance(Duration.ofSeconds(1));
		this.executor.runAll();
		assertThat(this.fixture.failure().nextAttempt()).isEqualTo(ManualTime.START.plusSeconds(length));
	}

	@Test
	void startsAfreshAfterASuccess() {
		pauses(Kind.LASTING, 5);
		this.fetcher.thenToken("brief", Duration.ofSeconds(10));
		assertThat(this.fixture.obtain().value()).isEqualTo("brief");
		this.time.advance(Duration.ofSeconds(9));
		this.executor.runAll();
		assertThat(this.fixture.handedOut()).isNotEqualTo("brief");
		assertThat(this.source.reject(this.fixture.obtain()).toCompletableFuture()).isNotDone();
		this.fetcher.thenFail(Kind.LASTING);
		Instant failed = this.time.instant();
		this.executor.runAll();
		assertThat(this.fixture.failure().nextAttempt()).isEqualTo(failed.plusSeconds(5));
	}

	@Test
	void recoversOnceThePauseIsOver() {
		fail(Kind.LASTING);
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-2");
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void makesNoRequestByItselfWhenCold() {
		fail(Kind.LASTING);
		this.time.advance(Duration.ofDays(1));
		assertThat(this.executor.size()).isZero();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void fetchesNothingForAStaleTokenDuringThePause() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.LASTING);
		this.time.advance(Duration.ofSeconds(3000));
		this.executor.runAll();
		this.time.advance(Duration.ofSeconds(5).minus(TICK));
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
		assertThat(this.executor.size()).isZero();
		this.time.advance(TICK);
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void neverWaitsLongerThanAQuarterOfWhatRemains() {
		this.fixture.obtain();
		List<Instant> attempts = new ArrayList<>();
		this.fetcher.always(() -> {
			attempts.add(this.time.instant());
			return ScriptedFetcher.failure(Kind.PASSING);
		});
		RefreshingTokenSourceRefreshTests.run(this.fixture, ScriptedFetcher.LIFETIME);
		Instant expired = ManualTime.START.plusSeconds(3570);
		assertThat(attempts).hasSizeBetween(20, 40);
		for (int i = 1; i < attempts.size(); i++) {
			Duration remaining = Duration.between(attempts.get(i - 1), expired);
			assertThat(Duration.between(attempts.get(i - 1), attempts.get(i)))
				.isLessThanOrEqualTo(remaining.dividedBy(4).plusSeconds(1));
		}
	}

	@Test
	void isEndedByASuccess() {
		fail(Kind.LASTING);
		this.time.advance(Duration.ofSeconds(5));
		AccessToken token = this.fixture.obtain();
		assertThat(this.source.reject(token).toCompletableFuture()).isNotDone();
	}

	private List<Long> pauses(Kind kind, int failures) {
		return Stream.generate(() -> pauseAfter(kind)).limit(failures).toList();
	}

	/**
	 * Fail a flight, let its pause pass, and say how many seconds that took.
	 */
	private long pauseAfter(Kind kind) {
		this.fetcher.always(() -> ScriptedFetcher.failure(kind));
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		while (!stage.toCompletableFuture().isDone()) {
			this.time.advance(Duration.ofMillis(1));
			this.executor.runAll();
		}
		this.fetcher.always(null);
		Instant nextAttempt = SourceFixture.failureOf(stage).nextAttempt();
		assertThat(nextAttempt).isNotNull();
		Duration pause = Duration.between(this.time.instant(), nextAttempt);
		this.time.advance(pause);
		return pause.toSeconds();
	}

	private void fail(Kind kind) {
		this.fetcher.thenFail(kind);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		SourceFixture.failureOf(stage);
	}

	private static TokenFailure failure(Kind kind, long nextAttempt) {
		return ScriptedFetcher.failure(kind)
			.withAttempts(1)
			.withNextAttempt("orders", ManualTime.START.plusSeconds(nextAttempt));
	}

	private static @Nullable Throwable cause(CompletionStage<AccessToken> stage) {
		return stage.handle((token, thrown) -> thrown.getCause()).toCompletableFuture().join();
	}

}
