/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefetchAllowance}.
 */
class RefetchAllowanceTests {

	private static final long START = 4711;

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

	private final RefetchAllowance allowance = new RefetchAllowance(START);

	@Test
	void allowsThreeAtOnce() {
		assertThat(takeAll(START)).isEqualTo(3);
	}

	@Test
	void allowsOneMoreEveryTenSeconds() {
		takeAll(START);
		assertThat(this.allowance.take(START + INTERVAL - 1)).isFalse();
		assertThat(takeAll(START + INTERVAL)).isOne();
		assertThat(takeAll(START + 2 * INTERVAL)).isOne();
	}

	@Test
	void savesUpNoMoreThanThree() {
		takeAll(START);
		assertThat(takeAll(START + 100 * INTERVAL)).isEqualTo(3);
	}

	@Test
	void countsRequestsThatNeedNoPermission() {
		this.allowance.draw(START);
		assertThat(takeAll(START)).isEqualTo(2);
	}

	@Test
	void owesNoMoreThanThreeHoweverManyRequestsNeedNoPermission() {
		for (int i = 0; i < 1000; i++) {
			this.allowance.draw(START);
		}
		assertThat(this.allowance.take(START + INTERVAL - 1)).isFalse();
		assertThat(this.allowance.take(START + INTERVAL)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MAX_VALUE - 1, Long.MIN_VALUE, -1, 0 })
	void countsAcrossTheOverflowOfTheClock(long start) {
		RefetchAllowance allowance = new RefetchAllowance(start);
		for (int i = 0; i < 3; i++) {
			assertThat(allowance.take(start)).isTrue();
		}
		assertThat(allowance.take(start + INTERVAL - 1)).isFalse();
		assertThat(allowance.take(start + INTERVAL)).isTrue();
	}

	private int takeAll(long now) {
		int taken = 0;
		while (this.allowance.take(now)) {
			taken++;
		}
		return taken;
	}

}
