/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource}: the refresh that no call asks for.
 */
class RefreshingTokenSourceRefreshTests {

	private static final Duration STALE = Duration.ofSeconds(2910);

	private static final Duration LIFETIME = Duration.ofHours(1);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void replacesAUsedTokenWithoutAnyCall() {
		this.fixture.obtain();
		this.fixture.handedOut();
		this.time.advance(STALE.minusNanos(1));
		assertThat(this.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isEqualTo(2);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void countsATokenThatACallerWaitedForAsUsed() {
		this.fixture.obtain();
		this.time.advance(STALE);
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void countsATokenAsUsedWhoseFlightACallerJoined() {
		obtainWithoutAnAlarm(Duration.ofSeconds(60));
		this.time.advance(Duration.ofSeconds(53));
		this.source.current();
		this.time.advance(Duration.ofSeconds(1));
		this.fetcher.thenToken("second", Duration.ofSeconds(60));
		this.source.token();
		this.executor.runAll();
		this.time.advance(Duration.ofSeconds(30));
		assertThat(this.executor.size()).isOne();
	}

	@ParameterizedTest
	@CsvSource({ "689, 3", "690, 2" })
	void replacesAnUnusedTokenIfTheOneBeforeItWasUsedWithinItsLifetime(long refreshIn, int requests) {
		this.fetcher.then(() -> this.fetcher.token("first", LIFETIME, Duration.ofSeconds(refreshIn)));
		this.fixture.obtain();
		passRunning(Duration.ofSeconds(refreshIn));
		passRunning(STALE);
		assertThat(this.fetcher.requests()).isEqualTo(requests);
	}

	@Test
	void setsOneAlarmAtATime() {
		this.fixture.obtain();
		this.source.refresh();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isEqualTo(2);
		assertThat(this.time.pendingAlarms()).isOne();
	}

	@Test
	void countsATokenThatWasOnlyFetchedAheadAsUnused() {
		this.fixture.obtain();
		passRunning(STALE);
		assertThat(this.fetcher.requests()).isEqualTo(2);
		passRunning(LIFETIME.multipliedBy(3));
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void countsAStaleTokenThatIsHandedOutAsUsed() {
		this.fixture.obtain();
		passRunning(STALE);
		passRunning(STALE.plusSeconds(1));
		this.fetcher.thenFail(Kind.LASTING);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
		this.executor.runAll();
		passRunning(Duration.ofSeconds(5));
		assertThat(this.fixture.handedOut()).isEqualTo("canary-4");
	}

	@Test
	void letsAnUnusedTokenLapse() {
		this.fixture.obtain();
		passRunning(LIFETIME.multipliedBy(3));
		assertThat(this.source.current()).isNull();
		assertThat(this.time.pendingAlarms()).isZero();
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void keepsNobodyWaitingWhoCallsNowAndThen() {
		this.fixture.obtain();
		for (int call = 1; call <= 24; call++) {
			passRunning(Duration.ofMinutes(45));
			assertThat(this.source.current()).as("call %d", call).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5, 0.999 })
	void keepsNobodyWaitingWhoCallsOnceALifetime(double jitter) {
		this.time.jitter(jitter);
		this.fixture.obtain();
		for (int call = 1; call <= 48; call++) {
			passRunning(LIFETIME.minusSeconds(1));
			assertThat(this.source.current()).as("call %d", call).isNotNull();
		}
	}

	@Test
	void replacesATokenOnceMoreAfterTheLastOfManyCalls() {
		this.fixture.obtain();
		for (int second = 0; second < 2900; second++) {
			passRunning(Duration.ofSeconds(1));
			this.fixture.handedOut();
		}
		passRunning(STALE.plusSeconds(60));
		assertThat(this.fetcher.requests()).isEqualTo(3);
		passRunning(LIFETIME.multipliedBy(3));
		assertThat(this.fetcher.requests()).isEqualTo(3);
	}

	@Test
	void leavesAServerAloneThatHandsOutTheSameTokenAgain() {
		this.fetcher.always(() -> this.fetcher.token("same", LIFETIME.minus(this.elapsed())));
		this.fixture.obtain();
		for (long second = 0; second < 3560; second++) {
			passRunning(Duration.ofSeconds(1));
			this.source.current();
		}
		assertThat(this.fetcher.requests()).isLessThanOrEqualTo(1 + (3560 - 2910) / 30 + 1);
		assertThat(this.source.current()).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "canary-1, 30", "canary-2, 20" })
	void waitsHalfAMinuteBeforeItReplacesTheSameTokenAgain(String second, long stale) {
		this.fixture.obtain();
		this.fetcher.thenToken(second, Duration.ofSeconds(40));
		passRunning(STALE);
		this.time.advance(Duration.ofSeconds(stale).minusNanos(1));
		assertThat(this.fixture.handedOut()).isEqualTo(second);
		assertThat(this.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.fixture.handedOut()).isEqualTo(second);
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void replacesATokenOfASecondOnceASecond() {
		this.fetcher.always(() -> this.fetcher.token("brief", Duration.ofSeconds(1)));
		this.fixture.obtain();
		for (int i = 0; i < 600; i++) {
			passRunning(Duration.ofMillis(100));
			this.source.token();
			this.executor.runAll();
		}
		assertThat(this.fetcher.requests()).isLessThanOrEqualTo(1 + 67);
	}

	@Test
	void triesAgainAfterEachPauseWithoutAnyCall() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.PASSING, 5);
		passRunning(STALE.plusSeconds(60));
		assertThat(this.fetcher.requests()).isEqualTo(1 + 5 + 1);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-7");
	}

	@Test
	void givesUpAUsedTokenThatExpires() {
		this.fixture.obtain();
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		passRunning(LIFETIME);
		int requests = this.fetcher.requests();
		passRunning(LIFETIME);
		assertThat(this.fetcher.requests()).isEqualTo(requests);
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void drawsJitterOncePerToken() {
		this.time.jitter(0.5);
		this.fixture.obtain();
		this.time.jitter(() -> {
			throw new AssertionError("jitter drawn by a call");
		});
		this.time.advance(Duration.ofSeconds(2730).minusNanos(1));
		this.source.current();
		assertThat(this.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void followsTheServerThatWantsAnEarlierReplacement() {
		this.fetcher.then(() -> this.fetcher.token("early", LIFETIME, Duration.ofMinutes(10)));
		this.fixture.obtain();
		this.time.advance(Duration.ofMinutes(10).minusNanos(1));
		assertThat(this.fixture.handedOut()).isEqualTo("early");
		assertThat(this.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void fetchesOncePerTokenThoughTheServerWantsItReplacedAtOnce() {
		this.fetcher.always(() -> this.fetcher.token("hasty", LIFETIME, Duration.ZERO));
		this.fixture.obtain();
		for (int call = 0; call < 1000; call++) {
			this.fixture.handedOut();
			passRunning(Duration.ofMillis(1));
		}
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void acceptsTheSameTokenAgain() {
		this.fetcher.thenToken("same").thenToken("same", Duration.ofSeconds(690));
		this.fixture.obtain();
		passRunning(STALE);
		assertThat(this.fixture.handedOut()).isEqualTo("same");
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void survivesATimerThatTakesNoTasks() {
		this.time.refuseAlarms();
		TokenFailure failure = this.fixture.failure();
		assertThat(failure.problem())
			.isEqualTo("the token request failed unexpectedly (java.lang.IllegalStateException)");
		this.time.onWake(null);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-1");
	}

	@Test
	void deliversATokenThatNoAlarmCanBeSetFor() {
		this.fetcher.then(() -> {
			this.time.refuseAlarms();
			return this.fetcher.numberedToken();
		});
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-1");
		this.time.onWake(null);
		this.time.advance(STALE);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
		this.executor.runAll();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	private void obtainWithoutAnAlarm(Duration lifetime) {
		this.fetcher.then(() -> {
			this.time.refuseAlarms();
			return this.fetcher.token("first", lifetime);
		});
		this.fixture.obtain();
		this.time.onWake(null);
	}

	private Duration elapsed() {
		return Duration.between(ManualTime.START, this.time.instant());
	}

	private void passRunning(Duration duration) {
		run(this.fixture, duration);
	}

	/**
	 * Let time pass in steps of at most a second, with all token requests answered.
	 */
	static void run(SourceFixture fixture, Duration duration) {
		Duration step = Duration.ofSeconds(1);
		Duration left = duration;
		while (left.compareTo(step) > 0) {
			fixture.time.advance(step);
			fixture.executor.runAll();
			left = left.minus(step);
		}
		fixture.time.advance(left);
		fixture.executor.runAll();
	}

}
