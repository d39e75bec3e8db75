/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Runs a few tasks at a time, the others in the order in which they came: the token
 * requests to one endpoint. Tasks throw nothing. A task that does not return can be given
 * up, so that it keeps no other from running. Thread-safe.
 */
final class ConcurrencyLimit implements Executor {

	static final int TASKS = 4;

	/** How many tasks that were given up may keep their threads. */
	static final int GIVEN_UP_TASKS = 60;

	private final Executor executor;

	private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by this

	/** Twice if a task comes again before it has returned; guarded by this. */
	private final List<Runnable> running = new ArrayList<>(TASKS);

	private int givenUp; // guarded by this

	ConcurrencyLimit(Executor executor) {
		this.executor = executor;
	}

	@Override
	public void execute(Runnable task) {
		synchronized (this) {
			if (this.running.size() == TASKS) {
				this.waiting.add(task);
				return;
			}
			this.running.add(task);
		}
		start(task);
	}

	/**
	 * Run others in place of a task that is not needed any more. Does nothing if it is
	 * done, or if too many do not return.
	 */
	void giveUp(Runnable task) {
		Runnable next;
		synchronized (this) {
			if (this.waiting.remove(task) || this.givenUp == GIVEN_UP_TASKS || !this.running.remove(task)) {
				return;
			}
			this.givenUp++;
			next = takeNext();
		}
		if (next != null) {
			start(next);
		}
	}

	private void start(Runnable task) {
		try {
			this.executor.execute(() -> run(task));
		}
		catch (RuntimeException | Error ex) {
			leave(task);
			throw ex;
		}
	}

	private void run(Runnable first) {
		for (Runnable task = first; task != null; task = next(task)) {
			task.run();
		}
	}

	private synchronized @Nullable Runnable next(Runnable done) {
		if (!this.running.remove(done)) {
			this.givenUp--;
			return null;
		}
		return takeNext();
	}

	private synchronized void leave(Runnable task) {
		this.running.remove(task);
	}

	private @Nullable Runnable takeNext() {
		Runnable next = this.waiting.poll();
		if (next != null) {
			this.running.add(next);
		}
		return next;
	}

}
