/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.NonBlocking;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

import io.github.outboundauth.token.Timekeeper;

/**
 * The threads of all registrations: one for the timer, and one for each flight that waits
 * for an answer. They start when first needed and take nothing over from the caller whose
 * call that is.
 */
final class FetchThreads implements AutoCloseable {

	private static final String NON_BLOCKING = "reactor.core.scheduler.NonBlocking";

	private static final boolean REACTOR_PRESENT = ClassUtils.isPresent(NON_BLOCKING,
			FetchThreads.class.getClassLoader());

	private static final String THREAD_BUILDER = "java.lang.Thread$Builder";

	private final ScheduledThreadPoolExecutor scheduler;

	/**
	 * Not bounded: a flight per registration, which ends with its timeout, and a renewal
	 * per issuer.
	 */
	private final ThreadPoolExecutor pool;

	private final Executor executor;

	FetchThreads() {
		this.scheduler = new ScheduledThreadPoolExecutor(1, daemons("oauth-client-timer-"));
		this.scheduler.setRemoveOnCancelPolicy(true);
		this.scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		// A listener may be told late, and nothing is due after the end.
		this.scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
		this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				daemons("oauth-client-fetch-"));
		ThreadFactory virtualThreads = virtualThreads();
		this.executor = (virtualThreads != null) ? (task) -> virtualThreads.newThread(task).start() : this.pool;
	}

	/**
	 * Daemon threads that inherit no thread locals: those of a caller, such as its
	 * security context, are its own.
	 */
	private static ThreadFactory daemons(String prefix) {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(null, task, prefix + count.incrementAndGet(), 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(FetchThreads.class.getClassLoader());
			return thread;
		};
	}

	/**
	 * The same with virtual threads, or {@code null} where there are none. Before Java 21
	 * the methods do not exist.
	 */
	private static @Nullable ThreadFactory virtualThreads() {
		try {
			Class<?> type = Class.forName(THREAD_BUILDER);
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			builder = type.getMethod("name", String.class, long.class).invoke(builder, "oauth-client-fetch-", 1L);
			builder = type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
			return (task) -> {
				Thread thread = factory.newThread(task);
				thread.setContextClassLoader(FetchThreads.class.getClassLoader());
				return thread;
			};
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

	/**
	 * Whether the current thread may wait for one of these: an event loop, as far as
	 * Reactor marks it, may not.
	 */
	static boolean mayWait() {
		return !(REACTOR_PRESENT && Thread.currentThread() instanceof NonBlocking);
	}

	Timekeeper time() {
		return Timekeeper.system(this.scheduler);
	}

	Executor executor() {
		return this.executor;
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
		this.pool.shutdownNow();
	}

	/**
	 * What a native image must know: without it there would be no virtual threads, and
	 * event loops would not be noticed.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.reflection().registerTypeIfPresent(classLoader, NON_BLOCKING);
			hints.reflection()
				.registerType(Thread.class, (type) -> type.withMethod("ofVirtual", List.of(), ExecutableMode.INVOKE));
			hints.reflection()
				.registerType(TypeReference.of(THREAD_BUILDER),
						(type) -> type
							.withMethod("name", TypeReference.listOf(String.class, long.class), ExecutableMode.INVOKE)
							.withMethod("inheritInheritableThreadLocals", TypeReference.listOf(boolean.class),
									ExecutableMode.INVOKE)
							.withMethod("factory", List.of(), ExecutableMode.INVOKE));
		}

	}

}
