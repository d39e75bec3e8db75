/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks when told, on the thread that tells it.
 */
final class QueueingExecutor implements Executor {

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private volatile boolean rejecting;

	@Override
	public void execute(Runnable task) {
		if (this.rejecting) {
			throw new RejectedExecutionException("The executor takes no tasks");
		}
		this.tasks.add(task);
	}

	void runNext() {
		this.tasks.remove().run();
	}

	void runLast() {
		Runnable last = List.copyOf(this.tasks).get(this.tasks.size() - 1);
		this.tasks.remove(last);
		last.run();
	}

	void runAll() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

	void reject(boolean reject) {
		this.rejecting = reject;
	}

	int size() {
		return this.tasks.size();
	}

}
