/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Timekeeper}.
 */
class TimekeeperTests {

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

	private final Timekeeper time = Timekeeper.system(this.scheduler);

	@AfterEach
	void stopTheScheduler() {
		this.scheduler.shutdownNow();
	}

	@Test
	void readsTheMonotonicClock() {
		long before = System.nanoTime();
		assertThat(this.time.nanoTime() - before).isNotNegative();
	}

	@Test
	void readsTheWallClock() {
		assertThat(this.time.instant()).isAfterOrEqualTo(Instant.EPOCH.plusSeconds(1)).isBeforeOrEqualTo(Instant.now());
	}

	@Test
	void drawsJitterFromZeroToLessThanOne() {
		for (int i = 0; i < 1000; i++) {
			assertThat(this.time.jitter()).isGreaterThanOrEqualTo(0).isLessThan(1);
		}
	}

	@Test
	void drawsJitterAnew() {
		assertThat(Stream.generate(this.time::jitter).limit(100).distinct().count()).isGreaterThan(1);
	}

	@Test
	void runsATaskNoEarlierThanItsDelay() throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(1);
		long before = this.time.nanoTime();
		this.time.wake(Duration.ofMillis(5), ran::countDown);
		assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.time.nanoTime() - before).isGreaterThanOrEqualTo(Duration.ofMillis(5).toNanos());
	}

	@Test
	void doesNotRunACancelledTask() {
		this.scheduler.setRemoveOnCancelPolicy(true);
		Timekeeper.Alarm alarm = this.time.wake(Duration.ofHours(1), () -> {
		});
		assertThat(this.scheduler.getQueue()).hasSize(1);
		alarm.cancel();
		assertThat(this.scheduler.getQueue()).isEmpty();
	}

}
