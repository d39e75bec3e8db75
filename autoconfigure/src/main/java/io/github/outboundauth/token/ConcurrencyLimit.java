/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Runs a few tasks at a time, the others in the order in which they came: the token
 * requests to one endpoint. Tasks throw nothing. Thread-safe.
 */
final class ConcurrencyLimit implements Executor {

	static final int TASKS = 4;

	private final Executor executor;

	private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by this

	private int running; // guarded by this

	ConcurrencyLimit(Executor executor) {
		this.executor = executor;
	}

	@Override
	public void execute(Runnable task) {
		synchronized (this) {
			if (this.running == TASKS) {
				this.waiting.add(task);
				return;
			}
			this.running++;
		}
		try {
			this.executor.execute(() -> run(task));
		}
		catch (RuntimeException | Error ex) {
			leave();
			throw ex;
		}
	}

	private void run(Runnable first) {
		for (Runnable task = first; task != null; task = next()) {
			task.run();
		}
	}

	private synchronized @Nullable Runnable next() {
		Runnable task = this.waiting.poll();
		if (task == null) {
			this.running--;
		}
		return task;
	}

	private synchronized void leave() {
		this.running--;
	}

}
