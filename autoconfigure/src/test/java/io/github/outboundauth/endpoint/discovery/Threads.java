/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * Runs each task on a thread of its own, which a test can wait for.
 */
final class Threads implements Executor {

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	@Override
	public void execute(Runnable task) {
		Thread thread = new Thread(task, "background");
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
	}

	int count() {
		return this.threads.size();
	}

	Thread get(int index) {
		return this.threads.get(index);
	}

}
