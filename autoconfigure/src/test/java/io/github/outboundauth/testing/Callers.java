/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Many callers that call at the same moment, each on a thread of its own: every second
 * one on a virtual thread, where there are any.
 */
public final class Callers {

	private static final @Nullable Method START_VIRTUAL_THREAD = startVirtualThread();

	private final int count;

	private final IntConsumer call;

	private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

	public Callers(int count, IntConsumer call) {
		this.count = count;
		this.call = call;
	}

	private static @Nullable Method startVirtualThread() {
		try {
			return Thread.class.getMethod("startVirtualThread", Runnable.class);
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
	}

	public void callAllAtOnce() throws Exception {
		CountDownLatch ready = new CountDownLatch(this.count);
		CountDownLatch go = new CountDownLatch(1);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < this.count; i++) {
			int number = i;
			threads.add(start((i / 2) % 2 == 0, () -> {
				ready.countDown();
				try {
					go.await();
					this.call.accept(number);
				}
				catch (Throwable ex) {
					this.failures.add(ex);
				}
			}));
		}
		ready.await();
		go.countDown();
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private static Thread start(boolean virtual, Runnable task) throws Exception {
		if (virtual && START_VIRTUAL_THREAD != null) {
			return (Thread) START_VIRTUAL_THREAD.invoke(null, task);
		}
		Thread thread = new Thread(null, task, "caller", 128 * 1024);
		thread.start();
		return thread;
	}

	public List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

}
