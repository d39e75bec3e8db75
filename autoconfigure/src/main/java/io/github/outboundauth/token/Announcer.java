/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners what happened, in order and on a thread of its own, so that none of
 * them can slow or break what it is told of. Thread-safe.
 */
final class Announcer {

	private static final int CAPACITY = 1000;

	private final List<TokenListener> listeners;

	private final Executor executor;

	private final Queue<Consumer<TokenListener>> events = new ArrayDeque<>(); // guarded
																				// by this

	private boolean announcing; // guarded by this

	Announcer(List<TokenListener> listeners, Executor executor) {
		this.listeners = List.copyOf(listeners);
		this.executor = executor;
	}

	/**
	 * Keep an event until {@link #announce()}. May be called under a lock.
	 */
	void add(Consumer<TokenListener> event) {
		if (this.listeners.isEmpty()) {
			return;
		}
		synchronized (this) {
			if (this.events.size() == CAPACITY) {
				this.events.remove();
			}
			this.events.add(event);
		}
	}

	/**
	 * Have the listeners told what was kept, unless that is going on already.
	 */
	void announce() {
		synchronized (this) {
			if (this.announcing || this.events.isEmpty()) {
				return;
			}
			this.announcing = true;
		}
		try {
			this.executor.execute(this::tell);
		}
		catch (RuntimeException | Error ex) {
			// Whoever announces next tries again.
			synchronized (this) {
				this.announcing = false;
			}
		}
	}

	private void tell() {
		for (Consumer<TokenListener> event = next(); event != null; event = next()) {
			for (TokenListener listener : this.listeners) {
				tell(listener, event);
			}
		}
	}

	private synchronized @Nullable Consumer<TokenListener> next() {
		Consumer<TokenListener> event = this.events.poll();
		this.announcing = event != null;
		return event;
	}

	private static void tell(TokenListener listener, Consumer<TokenListener> event) {
		try {
			event.accept(listener);
		}
		catch (Throwable ex) {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
		}
	}

}
