/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.RefreshPolicy.Schedule;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshPolicy}.
 */
class RefreshPolicyTests {

	private static final double LARGEST_JITTER = Math.nextDown(1.0);

	@ParameterizedTest(name = "L={0}s: stale from {1}s, expired from {2}s")
	@CsvSource({ "60, 30, 54", "300, 150, 270", "900, 450, 870", "3600, 2910, 3570", "86400, 82080, 86370" })
	void followsTheTableOfTheDesign(long lifetime, long stale, long expired) {
		Schedule schedule = schedule(lifetime, 0);
		assertThat(schedule.lifetime()).hasSeconds(lifetime);
		assertThat(schedule.staleAfter()).isEqualTo(seconds(stale));
		assertThat(schedule.expiredAfter()).isEqualTo(seconds(expired));
	}

	@ParameterizedTest(name = "L={0}s: stale from {1}s")
	@CsvSource({ "60, 27", "300, 135", "900, 405", "3600, 2730", "86400, 77760" })
	void drawsJitterFromATenthOfTheLifetime(long lifetime, long stale) {
		assertThat(schedule(lifetime, 0.5).staleAfter()).isEqualTo(seconds(stale));
	}

	@ParameterizedTest
	@ValueSource(longs = { 60, 300, 900, 3600, 86400 })
	void jitterMakesATokenStaleEarlierOnly(long lifetime) {
		long earliest = schedule(lifetime, LARGEST_JITTER).staleAfter();
		long latest = schedule(lifetime, 0).staleAfter();
		assertThat(latest - earliest).isBetween(seconds(lifetime) / 10 - 1000, seconds(lifetime) / 10);
	}

	@ParameterizedTest
	@ValueSource(longs = { 60, 300, 900, 3600, 86400 })
	void jitterDoesNotChangeWhenATokenIsExpired(long lifetime) {
		assertThat(schedule(lifetime, LARGEST_JITTER).expiredAfter()).isEqualTo(schedule(lifetime, 0).expiredAfter());
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 5, 30 })
	void leavesAShortLivedTokenSomeFreshAndSomeStaleTime(long lifetime) {
		Schedule schedule = schedule(lifetime, LARGEST_JITTER);
		assertThat(schedule.staleAfter()).isGreaterThanOrEqualTo(seconds(lifetime) * 4 / 10);
		assertThat(schedule.expiredAfter()).isEqualTo(seconds(lifetime) * 9 / 10);
	}

	@Test
	void believesNoDefaultThatIsLongerThanTheLongestLifetime() {
		RefreshPolicy policy = new RefreshPolicy(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofHours(2),
				Duration.ofHours(1), false);
		assertThat(policy.schedule(null, null, 0).lifetime()).hasHours(1);
	}

	@Test
	void widensTheWindowWithTheOutageTolerance() {
		RefreshPolicy policy = policy(Duration.ofMinutes(20), Duration.ofSeconds(30));
		assertThat(policy.schedule(Duration.ofHours(1), null, 0).staleAfter()).isEqualTo(seconds(3600 - 1200 - 90));
	}

	@Test
	void takesNoMoreMarginThanATenthOfTheLifetime() {
		RefreshPolicy policy = policy(Duration.ofMinutes(10), Duration.ofHours(1));
		assertThat(policy.schedule(Duration.ofHours(1), null, 0).expiredAfter()).isEqualTo(seconds(3240));
	}

	@Test
	void isStaleNoLaterThanExpiredHoweverSmallTheWindow() {
		RefreshPolicy policy = policy(Duration.ZERO, Duration.ofMinutes(10));
		Schedule schedule = policy.schedule(Duration.ofHours(2), null, 0);
		assertThat(schedule.expiredAfter()).isEqualTo(seconds(6600));
		assertThat(schedule.staleAfter()).isLessThanOrEqualTo(schedule.expiredAfter());
	}

	@Test
	void followsTheServerThatWantsAnEarlierReplacement() {
		assertThat(schedule(Duration.ofHours(1), Duration.ofMinutes(30)).staleAfter()).isEqualTo(seconds(1800));
	}

	@Test
	void doesNotFollowTheServerThatWantsALaterReplacement() {
		assertThat(schedule(Duration.ofHours(1), Duration.ofSeconds(2911)).staleAfter()).isEqualTo(seconds(2910));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void disregardsAReplacementThatIsWantedAtOnce(long refreshIn) {
		// Followed, it would cost a token request per call.
		assertThat(schedule(Duration.ofHours(1), Duration.ofSeconds(refreshIn)).staleAfter()).isEqualTo(seconds(2910));
	}

	@Test
	void bearsAReplacementThatIsWantedInTheFarFuture() {
		assertThat(schedule(Duration.ofHours(1), Duration.ofSeconds(Long.MAX_VALUE)).staleAfter())
			.isEqualTo(seconds(2910));
	}

	@Test
	void usesTheDefaultLifetimeWhenTheServerNamesNone() {
		assertThat(schedule(null, null).lifetime()).hasMinutes(5);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void usesTheDefaultLifetimeWhenTheServerNamesAnUnusableOne(long expiresIn) {
		assertThat(schedule(Duration.ofSeconds(expiresIn), null).lifetime()).hasMinutes(5);
	}

	@ParameterizedTest
	@ValueSource(longs = { 86400, 86401, Long.MAX_VALUE })
	void believesNoLongerLifetimeThanTheLongest(long expiresIn) {
		Schedule schedule = schedule(Duration.ofSeconds(expiresIn), null);
		assertThat(schedule.lifetime()).hasHours(24);
		assertThat(schedule.expiredAfter()).isEqualTo(seconds(86370));
	}

	private static Schedule schedule(long lifetime, double jitter) {
		return RefreshPolicy.DEFAULT.schedule(Duration.ofSeconds(lifetime), null, jitter);
	}

	private static Schedule schedule(@Nullable Duration expiresIn, @Nullable Duration refreshIn) {
		return RefreshPolicy.DEFAULT.schedule(expiresIn, refreshIn, 0);
	}

	private static RefreshPolicy policy(Duration outageTolerance, Duration margin) {
		return new RefreshPolicy(outageTolerance, margin, Duration.ofMinutes(5), Duration.ofHours(24), false);
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
