/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.ClientAuthorizationException;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;

/**
 * A call from its beginning to its end. Thread-safe.
 */
final class CallInProgress {

	private final Scenario.Call call;

	private final Timekeeper time;

	private volatile @Nullable String token;

	private volatile @Nullable Ending ending;

	private volatile Runnable canceller = () -> {
	};

	private boolean waited;

	CallInProgress(Scenario.Call call, Timekeeper time) {
		this.call = call;
		this.time = time;
	}

	Scenario.Call call() {
		return this.call;
	}

	/**
	 * The call has a token, or goes on without.
	 */
	void sent(@Nullable String authorization) {
		this.token = (authorization == null) ? "none" : authorization.replaceFirst("^Bearer ", "");
	}

	void succeeded(int status) {
		this.ending = new Ending(status, null, this.time.instant());
	}

	void failed(Throwable ex) {
		this.ending = new Ending(null, (ex instanceof CompletionException) ? ex.getCause() : ex, this.time.instant());
	}

	void cancelWith(Runnable canceller) {
		this.canceller = canceller;
	}

	void cancel() {
		this.canceller.run();
	}

	/**
	 * Note whether the call has to wait for a token: it began and was neither sent nor
	 * ended.
	 */
	void noteWhetherItWaits() {
		this.waited = (this.token == null && this.ending == null);
	}

	boolean waited() {
		return this.waited;
	}

	@Nullable String token() {
		return this.token;
	}

	@Nullable Ending ending() {
		return this.ending;
	}

	/**
	 * How a call ended.
	 *
	 * @param status what the API answered
	 * @param failure why there is no answer
	 * @param at when that was
	 */
	record Ending(@Nullable Integer status, @Nullable Throwable failure, Instant at) {

		@Nullable TokenFailure tokenFailure() {
			return (this.failure instanceof TokenUnavailableException ex) ? ex.failure() : null;
		}

		String kindOfFailure() {
			TokenFailure failure = tokenFailure();
			if (failure != null) {
				return failure.kind().name().toLowerCase(Locale.ROOT);
			}
			return (this.failure instanceof ClientAuthorizationException) ? "origin" : String.valueOf(this.failure);
		}

	}

}
