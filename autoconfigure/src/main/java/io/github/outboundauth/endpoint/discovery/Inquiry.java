/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * A request for metadata in progress. Others wait for it and share what comes of it.
 * Thread-safe.
 */
final class Inquiry {

	private final @Nullable Thread thread;

	/** Makes it in the background; guarded by this. */
	private @Nullable Thread worker;

	private final CountDownLatch end = new CountDownLatch(1);

	private @Nullable AuthorizationServer server; // written before the end

	private @Nullable RuntimeException failure; // written before the end

	/**
	 * Begin one.
	 * @param thread the thread that makes it for its own flight; {@code null} if it is
	 * made in the background, for no flight
	 */
	Inquiry(@Nullable Thread thread) {
		this.thread = thread;
	}

	/**
	 * Whether its thread was told to end it. Not every HTTP client heeds that.
	 */
	boolean isAbandoned() {
		return this.thread != null && this.thread.isInterrupted();
	}

	/**
	 * Make it on this thread, in the background.
	 */
	void work(Runnable request) {
		synchronized (this) {
			this.worker = Thread.currentThread();
		}
		try {
			request.run();
		}
		finally {
			synchronized (this) {
				this.worker = null;
				// What was meant for the request must not reach the thread's next task.
				Thread.interrupted();
			}
		}
	}

	/**
	 * Tell the background to end it, because another one is made.
	 */
	synchronized void giveUp() {
		if (this.worker != null) {
			this.worker.interrupt();
		}
	}

	/**
	 * End it: with a server, with a failure, or with nothing if its time was up.
	 */
	void end(@Nullable AuthorizationServer server, @Nullable RuntimeException failure) {
		this.server = server;
		this.failure = failure;
		this.end.countDown();
	}

	/**
	 * Wait for its end.
	 * @param registrationId the registration that waits
	 * @return the server, or {@code null} if it ended with nothing
	 * @throws TokenEndpointException if it failed, or the thread is interrupted
	 */
	@Nullable AuthorizationServer await(String registrationId) {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TokenEndpointException(new TokenFailure(registrationId, Kind.CALLER,
					"the wait for the metadata of the issuer was interrupted", "Ask again"));
		}
		if (this.failure instanceof TokenEndpointException shared) {
			throw shared.of(registrationId);
		}
		if (this.failure != null) {
			throw this.failure;
		}
		return this.server;
	}

}
