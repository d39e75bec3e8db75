/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource} when the clocks disagree.
 */
class RefreshingTokenSourceClockTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	RefreshingTokenSourceClockTests() {
		this.fixture.obtain();
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1H", "-PT1H", "PT6S", "-PT6S", "PT5.002S", "-PT5.002S", "PT-876000H", "PT876000H" })
	void replacesATokenAfterAJumpAndUsesItMeanwhile(Duration jump) {
		this.time.jumpWall(jump);
		this.time.advance(SECOND);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
		this.fixture.executor.runAll();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void asksOnceForEachJump() {
		this.time.jumpWall(Duration.ofHours(1));
		for (int i = 0; i < 600; i++) {
			this.time.advance(SECOND);
			this.fixture.handedOut();
			this.fixture.executor.runAll();
		}
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT5S", "-PT5S", "PT5.001S", "-PT5.001S" })
	void doesNotMindASmallStep(Duration step) {
		this.time.jumpWall(step);
		this.time.advance(SECOND);
		this.fixture.handedOut();
		assertThat(this.fixture.executor.size()).isZero();
	}

	@Test
	void doesNotMindAClockThatDrifts() {
		for (int i = 0; i < 2900; i++) {
			this.time.advance(SECOND);
			this.time.jumpWall(Duration.ofMillis(1));
			this.fixture.handedOut();
		}
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void looksAtTheWallClockOnceASecondAtMost() {
		this.time.jumpWall(Duration.ofHours(1));
		assertLooksInASecond();
	}

	@Test
	void looksAgainAfterAnotherSecond() {
		this.time.advance(SECOND);
		this.fixture.handedOut();
		this.time.jumpWall(Duration.ofHours(1));
		assertLooksInASecond();
	}

	private void assertLooksInASecond() {
		this.time.advance(SECOND.minusNanos(1));
		this.fixture.handedOut();
		assertThat(this.fixture.executor.size()).isZero();
		this.time.advance(Duration.ofNanos(1));
		this.fixture.handedOut();
		assertThat(this.fixture.executor.size()).isOne();
	}

	@Test
	void servesASuspectTokenToItsEndWhenItCannotBeReplaced() {
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		this.time.jumpWall(Duration.ofHours(-1));
		for (int i = 0; i < 3569; i++) {
			this.time.advance(SECOND);
			assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
			this.fixture.executor.runAll();
		}
		this.time.advance(SECOND);
		assertThat(this.fixture.source.current()).isNull();
	}

	@Test
	void countsTheLifeOfTheNextTokenFromTheNewTime() {
		this.time.jumpWall(Duration.ofHours(1));
		this.time.advance(SECOND);
		this.fixture.handedOut();
		this.fixture.executor.runAll();
		assertThat(this.fixture.obtain().expiresAt()).isEqualTo(ManualTime.START.plusSeconds(1 + 3600 + 3600));
	}

}
