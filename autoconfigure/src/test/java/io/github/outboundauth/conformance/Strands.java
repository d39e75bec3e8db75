/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool.ManagedBlocker;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs tasks that block, one at a time and each on a thread of its own: the next begins
 * when the last has ended or waits for a future. So the order of events is the same each
 * time, although there are threads.
 */
final class Strands implements Executor {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final String name;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final List<Thread> threads = new ArrayList<>();

	private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

	Strands(String name) {
		this.name = name;
	}

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	/**
	 * Begin with the next task.
	 * @return whether there was one
	 */
	boolean startNext() {
		Runnable task = this.tasks.poll();
		if (task != null) {
			start(task);
		}
		return task != null;
	}

	Thread start(Runnable task) {
		Thread thread = new Thread(null, task, this.name, 256 * 1024);
		thread.setDaemon(true);
		thread.setUncaughtExceptionHandler((dying, ex) -> this.uncaught.add(ex));
		this.threads.add(thread);
		thread.start();
		awaitRest(thread);
		return thread;
	}

	/**
	 * Wait until each thread has ended or waits for a future.
	 */
	void awaitRest() {
		this.threads.forEach(Strands::awaitRest);
		this.threads.removeIf((thread) -> !thread.isAlive());
		if (!this.uncaught.isEmpty()) {
			throw new AssertionError("A " + this.name + " died", this.uncaught.peek());
		}
	}

	private static void awaitRest(Thread thread) {
		long start = System.nanoTime();
		while (thread.isAlive() && !isWaiting(thread)) {
			if (System.nanoTime() - start > PATIENCE.toNanos()) {
				throw new AssertionError("Neither ended nor waiting: " + Arrays.toString(thread.getStackTrace()));
			}
			Thread.yield();
		}
	}

	/**
	 * Whether a thread waits for a future that is not complete. Its state would not do:
	 * it says so for a moment after the thread was woken, too.
	 */
	private static boolean isWaiting(Thread thread) {
		return LockSupport.getBlocker(thread) instanceof ManagedBlocker future && !thread.isInterrupted()
				&& !future.isReleasable();
	}

}
