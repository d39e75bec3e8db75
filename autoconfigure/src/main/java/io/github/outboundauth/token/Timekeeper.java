/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * All that decides <em>when</em> something happens: the clocks, the timer and chance.
 * Thread-safe.
 */
public interface Timekeeper {

	/**
	 * The monotonic clock, on which lifetimes are counted.
	 * @return nanoseconds since an arbitrary origin; may be negative
	 */
	long nanoTime();

	/**
	 * The wall clock, for people and logs.
	 * @return the time of day
	 */
	Instant instant();

	/**
	 * A number by which instances are kept from acting in step.
	 * @return at least 0, less than 1
	 */
	double jitter();

	/**
	 * Run a short task later, on the timer's thread.
	 * @param delay how long to wait
	 * @param task what to do; must not block
	 * @return the way to cancel it
	 */
	Alarm wake(Duration delay, Runnable task);

	/**
	 * The real time, with tasks run by a scheduler.
	 * @param scheduler the timer
	 * @return a timekeeper
	 */
	static Timekeeper system(ScheduledExecutorService scheduler) {
		return new Timekeeper() {

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

			@Override
			public Instant instant() {
				return Instant.now();
			}

			@Override
			public double jitter() {
				return ThreadLocalRandom.current().nextDouble();
			}

			@Override
			public Alarm wake(Duration delay, Runnable task) {
				Future<?> future = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
				return () -> future.cancel(false);
			}

		};
	}

	/**
	 * A task that will run unless it is cancelled.
	 */
	@FunctionalInterface
	interface Alarm {

		/**
		 * Keep the task from running, if it has not begun.
		 */
		void cancel();

	}

}
