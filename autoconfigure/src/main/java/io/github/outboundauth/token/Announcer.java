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
 * Tells the listeners what happened, each of them in order and on a thread of its own, so
 * that none can slow or break what it is told of, nor another listener. Thread-safe.
 */
final class Announcer {

	private static final int CAPACITY = 1000;

	private final List<Audience> audiences;

	Announcer(List<TokenListener> listeners, Executor executor) {
		this.audiences = listeners.stream().map((listener) -> new Audience(listener, executor)).toList();
	}

	/**
	 * Keep an event until {@link #announce()}. May be called under a lock.
	 */
	void add(Consumer<TokenListener> event) {
		this.audiences.forEach((audience) -> audience.add(event));
	}

	/**
	 * Have the listeners told what was kept, unless that is going on already.
	 */
	void announce() {
		this.audiences.forEach(Audience::announce);
	}

	/**
	 * One listener with what it is to be told.
	 */
	private static final class Audience {

		private final TokenListener listener;

		private final Executor executor;

		/** Guarded by this. */
		private final Queue<Consumer<TokenListener>> events = new ArrayDeque<>();

		/** Guarded by this. */
		private boolean listening;

		Audience(TokenListener listener, Executor executor) {
			this.listener = listener;
			this.executor = executor;
		}

		synchronized void add(Consumer<TokenListener> event) {
			if (this.events.size() == CAPACITY) {
				this.events.remove();
			}
			this.events.add(event);
		}

		void announce() {
			synchronized (this) {
				if (this.listening || this.events.isEmpty()) {
					return;
				}
				this.listening = true;
			}
			try {
				this.executor.execute(this::listen);
			}
			catch (RuntimeException | Error ex) {
				// Whoever announces next tries again.
				synchronized (this) {
					this.listening = false;
				}
			}
		}

		private void listen() {
			for (Consumer<TokenListener> event = next(); event != null; event = next()) {
				try {
					event.accept(this.listener);
				}
				catch (Throwable ex) {
					report(ex);
				}
			}
		}

		private synchronized @Nullable Consumer<TokenListener> next() {
			Consumer<TokenListener> event = this.events.poll();
			this.listening = event != null;
			return event;
		}

		private static void report(Throwable ex) {
			Thread thread = Thread.currentThread();
			try {
				thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
			}
			catch (Throwable another) {
				// The handler is no better than the listener.
			}
		}

	}

}
