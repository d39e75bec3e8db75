/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

	private final Deque<Runnable> waiting = new ArrayDeque<>(); // guarded by this

	/** Twice if a task comes again before it has returned; guarded by this. */
	private final List<Runnable> running = new ArrayList<>(TASKS);

	private int givenUp; // guarded by this

	ConcurrencyLimit(Executor executor) {
		this.executor = executor;
	}

	@Override
	public void execute(Runnable task) {
		synchronized (this) {
			this.waiting.add(task);
		}
		try {
			startNext();
		}
		catch (RuntimeException | Error ex) {
			synchronized (this) {
				this.waiting.remove(task);
			}
			throw ex;
		}
	}

	/**
	 * Run others in place of a task that is not needed any more. Does nothing if it is
	 * done, or if too many do not return.
	 */
	void giveUp(Runnable task) {
		synchronized (this) {
			if (this.waiting.remove(task) || this.givenUp == GIVEN_UP_TASKS || !this.running.remove(task)) {
				return;
			}
			this.givenUp++;
		}
		startNext();
	}

	/**
	 * Start a task if there is a place. One that is refused keeps its turn.
	 */
	private void startNext() {
		Runnable next = takeNext();
		if (next == null) {
			return;
		}
		try {
			this.executor.execute(() -> run(next));
		}
		catch (RuntimeException | Error ex) {
			synchronized (this) {
				leave(next);
				this.waiting.addFirst(next);
			}
			throw ex;
		}
	}

	private void run(Runnable first) {
		for (Runnable task = first; task != null; task = next(task)) {
			try {
				task.run();
			}
			catch (Throwable ex) {
				// Whatever it is, its place is needed again.
				Thread thread = Thread.currentThread();
				thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
			}
		}
	}

	private synchronized @Nullable Runnable next(Runnable done) {
		leave(done);
		return takeNext();
	}

	/**
	 * Free the place of a task, unless it was given up.
	 */
	private synchronized void leave(Runnable task) {
		if (!this.running.remove(task)) {
			this.givenUp--;
		}
	}

	private synchronized @Nullable Runnable takeNext() {
		Runnable next = (this.running.size() < TASKS) ? this.waiting.poll() : null;
		if (next != null) {
			this.running.add(next);
		}
		return next;
	}

}
