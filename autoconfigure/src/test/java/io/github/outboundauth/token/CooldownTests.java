/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.Cooldown.Pause;
import io.github.outboundauth.token.Cooldown.Throttle;
import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Cooldown}.
 */
class CooldownTests {

	private static final long NOW = 4711;

	private static final double NO_SHIFT = 0.5;

	private static final double LARGEST_JITTER = Math.nextDown(1.0);

	private static final long HOUR = Duration.ofHours(1).toNanos();

	private static final long COLD = 0;

	private final Cooldown cooldown = new Cooldown(new Throttle());

	@Test
	void doublesAfterPassingFailuresFromOneSecondToAMinute() {
		assertThat(lengths(Kind.PASSING, 9, HOUR)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
	}

	@Test
	void endsAtHalfAMinuteWhenCold() {
		assertThat(lengths(Kind.PASSING, 7, COLD)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
	}

	@Test
	void doublesAfterLastingFailuresFromFiveSecondsToFiveMinutes() {
		assertThat(lengths(Kind.LASTING, 8, COLD)).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
	}

	@Test
	void doublesWhenThrottledFromFiveSecondsToFiveMinutes() {
		assertThat(lengths(Kind.THROTTLED, 8, COLD)).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "-3, 1", "1, 1", "120, 120", "3600, 3600", "3601, 3600", "9223372036854775807, 3600" })
	void waitsAsLongAsTheServerAsksWithinAnHour(long retryAfter, long length) {
		assertThat(throttle(Duration.ofSeconds(retryAfter), 0)).isEqualTo(seconds(length));
	}

	@ParameterizedTest
	@CsvSource({ "0, 120", "0.5, 126", "0.9999999999999999, 132" })
	void waitsUpToATenthLongerThanTheServerAsks(double jitter, long length) {
		assertThat(throttle(Duration.ofSeconds(120), jitter)).isBetween(seconds(length) - 10, seconds(length));
	}

	@ParameterizedTest
	@CsvSource({ "400, 60", "200, 50", "100, 25", "8, 2", "4, 1", "2, 1" })
	void waitsNoMoreThanAQuarterOfWhatRemainsButASecond(long remaining, long length) {
		assertThat(lengths(Kind.PASSING, 10, seconds(remaining)).get(9)).isEqualTo(length);
	}

	@ParameterizedTest
	@CsvSource({ "PASSING, 0.8, 1.2", "LASTING, 4, 6", "THROTTLED, 4, 6" })
	void variesByAFifth(Kind kind, double shortest, double longest) {
		assertThat(begin(new Cooldown(new Throttle()), kind, COLD, 0)).isEqualTo((long) (shortest * 1e9));
		assertThat(begin(new Cooldown(new Throttle()), kind, COLD, LARGEST_JITTER))
			.isBetween((long) (longest * 1e9) - 10, (long) (longest * 1e9));
	}

	@Test
	void variesUpToTheLongestOnly() {
		for (int i = 0; i < 20; i++) {
			assertThat(begin(this.cooldown, Kind.PASSING, HOUR, LARGEST_JITTER)).isLessThanOrEqualTo(seconds(60));
		}
	}

	@Test
	void growsHoweverManyFailuresThereAre() {
		for (int i = 0; i < 5000; i++) {
			begin(this.cooldown, Kind.LASTING, COLD, NO_SHIFT);
		}
		assertThat(begin(this.cooldown, Kind.LASTING, COLD, NO_SHIFT)).isEqualTo(seconds(300));
	}

	@Test
	void startsAfreshWithTheFirstFailureOfAnotherKind() {
		lengths(Kind.PASSING, 5, COLD);
		assertThat(lengths(Kind.LASTING, 2, COLD)).containsExactly(5L, 10L);
	}

	@Test
	void goesOnDoublingWhenTheKindsTakeTurns() {
		assertThat(lengths(Kind.PASSING, 3, COLD)).containsExactly(1L, 2L, 4L);
		assertThat(lengths(Kind.LASTING, 1, COLD)).containsExactly(5L);
		assertThat(lengths(Kind.PASSING, 1, COLD)).containsExactly(8L);
		assertThat(lengths(Kind.LASTING, 1, COLD)).containsExactly(10L);
	}

	@Test
	void takesAnAnswerThatBreaksTheProtocolForALastingFailure() {
		assertThat(lengths(Kind.PROTOCOL, 3, COLD)).containsExactly(5L, 10L, 20L);
	}

	@Test
	void countsAllFailuresSinceTheLastSuccess() {
		lengths(Kind.PASSING, 2, COLD);
		begin(Kind.LASTING);
		assertThat(this.cooldown.failures()).isEqualTo(3);
		assertThat(this.cooldown.since(NOW + seconds(7))).hasSeconds(7);
		this.cooldown.end();
		assertThat(this.cooldown.failures()).isZero();
		assertThat(this.cooldown.since(NOW + seconds(7))).isZero();
	}

	@Test
	void isCutShortButRemembersWhatFailed() {
		lengths(Kind.LASTING, 3, COLD);
		this.cooldown.cutShort();
		assertThat(this.cooldown.at(NOW)).isNull();
		assertThat(this.cooldown.failures()).isEqualTo(3);
		assertThat(lengths(Kind.LASTING, 1, COLD)).containsExactly(40L);
	}

	@Test
	void isNotCutShortWhenTheServerAskedForIt() {
		Pause pause = begin(Kind.THROTTLED);
		this.cooldown.cutShort();
		assertThat(this.cooldown.at(NOW)).isSameAs(pause);
	}

	@Test
	void startsAfreshAfterASuccess() {
		lengths(Kind.PASSING, 5, COLD);
		this.cooldown.end();
		assertThat(this.cooldown.failures()).isZero();
		assertThat(lengths(Kind.PASSING, 2, COLD)).containsExactly(1L, 2L);
	}

	@Test
	void holdsUntilItsEnd() {
		Pause pause = begin(Kind.PASSING);
		assertThat(this.cooldown.at(NOW)).isSameAs(pause);
		assertThat(this.cooldown.at(pause.until() - 1)).isSameAs(pause);
		assertThat(this.cooldown.at(pause.until())).isNull();
	}

	@Test
	void remembersTheFailureAfterItsEnd() {
		Pause pause = begin(Kind.PASSING);
		assertThat(this.cooldown.at(pause.until())).isNull();
		assertThat(this.cooldown.failures()).isOne();
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000 })
	void holdsAcrossTheOverflowOfTheClock(long now) {
		Pause pause = this.cooldown.begin(ScriptedFetcher.failure(Kind.PASSING), now, COLD, NO_SHIFT);
		assertThat(pause.until()).isNegative();
		assertThat(this.cooldown.at(now)).isSameAs(pause);
		assertThat(this.cooldown.at(pause.until())).isNull();
	}

	@Test
	void takesOverALongerPauseOnly() {
		Pause longer = new Cooldown(new Throttle()).begin(ScriptedFetcher.throttled(Duration.ofMinutes(2)), NOW, COLD,
				0);
		Pause shorter = new Cooldown(new Throttle()).begin(ScriptedFetcher.throttled(Duration.ofMinutes(1)), NOW, COLD,
				0);
		this.cooldown.share(shorter);
		assertThat(this.cooldown.at(NOW)).isSameAs(shorter);
		this.cooldown.share(longer);
		this.cooldown.share(shorter);
		assertThat(this.cooldown.at(NOW)).isSameAs(longer);
	}

	@Test
	void explainsItselfWithItsOwnFailureWhenAPauseFromElsewhereEndsTogether() {
		Pause own = begin(Kind.LASTING);
		this.cooldown.share(new Pause(ScriptedFetcher.throttled(null), own.until()));
		assertThat(this.cooldown.at(NOW)).isSameAs(own);
	}

	@Test
	void keepsTheFirstOfTwoSharedPausesThatEndTogether() {
		Pause first = new Pause(ScriptedFetcher.throttled(null), NOW + 1);
		this.cooldown.share(first);
		this.cooldown.share(new Pause(ScriptedFetcher.throttled(null), NOW + 1));
		assertThat(this.cooldown.at(NOW)).isSameAs(first);
	}

	private List<Long> lengths(Kind kind, int failures, long usable) {
		return Stream.generate(() -> begin(this.cooldown, kind, usable, NO_SHIFT) / seconds(1))
			.limit(failures)
			.toList();
	}

	private Pause begin(Kind kind) {
		return this.cooldown.begin(ScriptedFetcher.failure(kind), NOW, COLD, NO_SHIFT);
	}

	private static long begin(Cooldown cooldown, Kind kind, long usable, double jitter) {
		return cooldown.begin(ScriptedFetcher.failure(kind), NOW, usable, jitter).until() - NOW;
	}

	private long throttle(@Nullable Duration retryAfter, double jitter) {
		return this.cooldown.begin(ScriptedFetcher.throttled(retryAfter), NOW, COLD, jitter).until() - NOW;
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
