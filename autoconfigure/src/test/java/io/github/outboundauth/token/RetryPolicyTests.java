/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryPolicy}.
 */
class RetryPolicyTests {

	private static final double LARGEST_JITTER = Math.nextDown(1.0);

	@ParameterizedTest(name = "after attempt {0}: {1} ms to {2} ms")
	@CsvSource({ "1, 125, 250", "2, 250, 500", "3, 500, 1000", "5, 2000, 4000", "6, 2500, 5000", "100, 2500, 5000" })
	void doublesThePauseUpToTheLongest(int attempt, long shortest, long longest) {
		assertThat(RetryPolicy.DEFAULT.pauseAfter(attempt, 0)).hasMillis(shortest);
		assertThat(RetryPolicy.DEFAULT.pauseAfter(attempt, LARGEST_JITTER))
			.isLessThanOrEqualTo(Duration.ofMillis(longest))
			.isGreaterThan(Duration.ofMillis(longest - 1));
	}

	@Test
	void triesAgainAtOnceWithoutABackoff() {
		RetryPolicy policy = new RetryPolicy(3, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(10));
		assertThat(policy.pauseAfter(1, LARGEST_JITTER)).isZero();
	}

	@Test
	void bearsAPauseTooLongToDouble() {
		RetryPolicy policy = new RetryPolicy(100, Duration.ofDays(3), Duration.ofDays(4), Duration.ofDays(5));
		assertThat(policy.pauseAfter(17, 0)).hasDays(2);
	}

}
