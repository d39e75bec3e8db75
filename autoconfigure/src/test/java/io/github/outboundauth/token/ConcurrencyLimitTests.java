/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ConcurrencyLimit}.
 */
class ConcurrencyLimitTests {

	private final QueueingExecutor executor = new QueueingExecutor();

	private final ConcurrencyLimit limit = new ConcurrencyLimit(this.executor);

	private final List<Integer> run = new ArrayList<>();

	@Test
	void startsFourTasksAtOnceAtMost() {
		execute(10);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void runsTheOthersInTheOrderInWhichTheyCame() {
		execute(10);
		this.executor.runNext();
		assertThat(this.run).containsExactly(0, 4, 5, 6, 7, 8, 9);
		this.executor.runAll();
		assertThat(this.run).hasSize(10).endsWith(1, 2, 3);
	}

	@Test
	void startsAsManyAgainOnceTheyAreDone() {
		execute(4);
		this.executor.runAll();
		execute(5);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void keepsNoPlaceForATaskThatIsRefused() {
		this.executor.reject(true);
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> execute(1));
		}
		this.executor.reject(false);
		execute(4);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void startsAnotherTaskInPlaceOfOneThatIsGivenUp() {
		List<Runnable> tasks = tasks(6);
		this.limit.giveUp(tasks.get(0));
		assertThat(this.executor.size()).isEqualTo(5);
		this.limit.giveUp(tasks.get(0));
		assertThat(this.executor.size()).isEqualTo(5);
	}

	@Test
	void startsNothingWhenATaskThatWasGivenUpReturns() {
		List<Runnable> tasks = tasks(6);
		this.limit.giveUp(tasks.get(0));
		this.executor.runNext();
		assertThat(this.run).containsExactly(0);
		this.executor.runAll();
		assertThat(this.run).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
		execute(5);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void passesOverATaskThatIsGivenUpBeforeItsTurn() {
		List<Runnable> tasks = tasks(6);
		this.limit.giveUp(tasks.get(4));
		this.executor.runAll();
		assertThat(this.run).containsExactly(0, 5, 1, 2, 3);
	}

	@Test
	void forgetsATaskThatIsDone() {
		List<Runnable> tasks = tasks(4);
		this.executor.runAll();
		tasks.forEach(this.limit::giveUp);
		execute(5);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void keepsAPlaceForATaskThatComesAgainBeforeItReturned() {
		Runnable again = new Runnable() {

			private int times;

			@Override
			public void run() {
				if (this.times++ == 0) {
					ConcurrencyLimitTests.this.limit.execute(this);
				}
			}

		};
		this.limit.execute(again);
		this.executor.runNext();
		execute(4);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void forgetsTasksThatReturnAfterTheyWereGivenUp() {
		for (int i = 0; i < 100; i++) {
			this.limit.giveUp(tasks(1).get(0));
			this.executor.runAll();
		}
		this.limit.giveUp(tasks(5).get(0));
		assertThat(this.executor.size()).isEqualTo(5);
	}

	@Test
	void boundsTheThreadsOfTasksThatDoNotReturn() {
		List<Runnable> tasks = tasks(100);
		tasks.forEach(this.limit::giveUp);
		assertThat(this.executor.size()).isEqualTo(4 + 60);
	}

	@Test
	void keepsItsPlacesWhateverATaskThrows() {
		Thread thread = Thread.currentThread();
		Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
		List<Throwable> uncaught = new ArrayList<>();
		thread.setUncaughtExceptionHandler((where, ex) -> uncaught.add(ex));
		for (int i = 0; i < 100; i++) {
			this.limit.execute(() -> {
				throw new AssertionError("broken");
			});
		}
		this.executor.runAll();
		thread.setUncaughtExceptionHandler(before);
		assertThat(uncaught).hasSize(100);
		execute(5);
		assertThat(this.executor.size()).isEqualTo(4);
	}

	@Test
	void keepsTheTurnOfATaskThatWasRefusedItsThread() {
		List<Runnable> tasks = tasks(6);
		this.executor.reject(true);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> this.limit.giveUp(tasks.get(0)));
		this.executor.reject(false);
		execute(1);
		this.executor.runAll();
		assertThat(this.run).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 0);
	}

	@Test
	void holdsWithRealThreads() throws InterruptedException {
		ExecutorService threads = Executors.newCachedThreadPool();
		ConcurrencyLimit limit = new ConcurrencyLimit(threads);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(5000);
		for (int i = 0; i < 5000; i++) {
			limit.execute(() -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				Thread.yield();
				running.decrementAndGet();
				done.countDown();
			});
		}
		assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(most).hasValueLessThanOrEqualTo(4);
		threads.shutdownNow();
	}

	private void execute(int tasks) {
		tasks(tasks);
	}

	private List<Runnable> tasks(int count) {
		List<Runnable> tasks = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int number = i;
			tasks.add(() -> this.run.add(number));
			this.limit.execute(tasks.get(i));
		}
		return tasks;
	}

}
