/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenListener.Recovered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Announcer}.
 */
class AnnouncerTests {

	private final QueueingExecutor executor = new QueueingExecutor();

	private final List<Integer> told = new ArrayList<>();

	private final TokenListener listener = new TokenListener() {

		@Override
		public void recovered(Recovered event) {
			AnnouncerTests.this.told.add(event.failures());
		}

	};

	private final Announcer announcer = new Announcer(List.of(this.listener), this.executor);

	@Test
	void tellsNothingOnTheThreadThatAnnounces() {
		announce(1);
		assertThat(this.told).isEmpty();
		this.executor.runAll();
		assertThat(this.told).containsExactly(1);
	}

	@Test
	void tellsEventsInOrderWithOneTask() {
		announce(1);
		announce(2);
		announce(3);
		assertThat(this.executor.size()).isOne();
		this.executor.runAll();
		assertThat(this.told).containsExactly(1, 2, 3);
	}

	@Test
	void tellsWhatComesAfterTheTaskWithAnother() {
		announce(1);
		this.executor.runAll();
		announce(2);
		this.executor.runAll();
		assertThat(this.told).containsExactly(1, 2);
	}

	@Test
	void startsNoTaskWithoutListeners() {
		Announcer nobody = new Announcer(List.of(), this.executor);
		nobody.add((listener) -> listener.recovered(event(1)));
		nobody.announce();
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void startsNoTaskWithoutEvents() {
		this.announcer.announce();
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void dropsTheOldestEventsWhenAListenerIsFarBehind() {
		for (int i = 1; i <= 1002; i++) {
			announce(i);
		}
		this.executor.runAll();
		assertThat(this.told).hasSize(1000).startsWith(3).endsWith(1002);
	}

	@Test
	void tellsTheOthersWhenAListenerThrows() {
		AtomicReference<Throwable> uncaught = new AtomicReference<>();
		Error error = new AssertionError("broken");
		TokenListener broken = new TokenListener() {

			@Override
			public void recovered(Recovered event) {
				throw error;
			}

		};
		Announcer announcer = new Announcer(List.of(broken, this.listener), this.executor);
		announcer.add((listener) -> listener.recovered(event(1)));
		announcer.announce();
		withHandler(uncaught, this.executor::runAll);
		assertThat(this.told).containsExactly(1);
		assertThat(uncaught).hasValue(error);
	}

	@Test
	void goesOnWhenTheHandlerThrows() {
		Thread thread = Thread.currentThread();
		Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
		TokenListener broken = new TokenListener() {

			@Override
			public void recovered(Recovered event) {
				AnnouncerTests.this.told.add(event.failures());
				throw new IllegalStateException("broken");
			}

		};
		Announcer announcer = new Announcer(List.of(broken), this.executor);
		thread.setUncaughtExceptionHandler((where, ex) -> {
			throw new IllegalStateException("broken, too");
		});
		for (int i = 1; i <= 3; i++) {
			int number = i;
			announcer.add((listener) -> listener.recovered(event(number)));
			announcer.announce();
			this.executor.runAll();
		}
		thread.setUncaughtExceptionHandler(before);
		assertThat(this.told).containsExactly(1, 2, 3);
	}

	@Test
	void tellsTheOthersWhileOneListenerDoesNotReturn() {
		TokenListener stuck = new TokenListener() {

			@Override
			public void recovered(Recovered event) {
				announce(event.failures() + 1);
				AnnouncerTests.this.executor.runAll();
			}

		};
		Announcer announcer = new Announcer(List.of(stuck, this.listener), this.executor);
		announcer.add((listener) -> listener.recovered(event(1)));
		announcer.announce();
		assertThat(this.executor.size()).isEqualTo(2);
		this.executor.runNext();
		assertThat(this.told).contains(1);
	}

	@Test
	void triesAgainWithTheNextEventWhenTheExecutorRefuses() {
		this.executor.reject(true);
		announce(1);
		this.executor.reject(false);
		announce(2);
		this.executor.runAll();
		assertThat(this.told).containsExactly(1, 2);
	}

	@Test
	void tellsEventsThatAListenerCauses() {
		Executor direct = Runnable::run;
		AtomicReference<Announcer> itself = new AtomicReference<>();
		TokenListener causing = new TokenListener() {

			@Override
			public void recovered(Recovered event) {
				AnnouncerTests.this.told.add(event.failures());
				if (event.failures() < 3) {
					itself.get().add((listener) -> listener.recovered(event(event.failures() + 1)));
					itself.get().announce();
				}
			}

		};
		itself.set(new Announcer(List.of(causing), direct));
		itself.get().add((listener) -> listener.recovered(event(1)));
		itself.get().announce();
		assertThat(this.told).containsExactly(1, 2, 3);
	}

	private void announce(int number) {
		this.announcer.add((listener) -> listener.recovered(event(number)));
		this.announcer.announce();
	}

	private static Recovered event(int number) {
		return new Recovered("orders", number, Duration.ZERO);
	}

	private static void withHandler(AtomicReference<Throwable> uncaught, Runnable action) {
		Thread thread = Thread.currentThread();
		Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
		thread.setUncaughtExceptionHandler((where, ex) -> uncaught.set(ex));
		try {
			action.run();
		}
		finally {
			thread.setUncaughtExceptionHandler(before);
		}
	}

}
