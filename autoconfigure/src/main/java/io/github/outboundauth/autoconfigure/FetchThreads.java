/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.system.JavaVersion;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.github.outboundauth.token.Timekeeper;

/**
 * The threads of all registrations: one for the timer, and few that wait for answers of
 * the authorization server. They start when first needed.
 */
final class FetchThreads implements AutoCloseable {

	/** There is at most one flight per registration, and it is short. */
	private static final int MAX_PLATFORM_THREADS = 8;

	private final ScheduledThreadPoolExecutor scheduler;

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor pool;

	FetchThreads() {
		this.scheduler = new ScheduledThreadPoolExecutor(1, daemons("oauth-client-timer-"));
		this.scheduler.setRemoveOnCancelPolicy(true);
		this.scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		if (JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE)) {
			this.pool = null;
			this.executor = new VirtualThreadTaskExecutor("oauth-client-fetch-");
		}
		else {
			this.pool = new ThreadPoolExecutor(MAX_PLATFORM_THREADS, MAX_PLATFORM_THREADS, 10, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(), daemons("oauth-client-fetch-"));
			this.pool.allowCoreThreadTimeOut(true);
			this.executor = this.pool;
		}
	}

	private static ThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
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
		if (this.pool != null) {
			this.pool.shutdownNow();
		}
	}

}
