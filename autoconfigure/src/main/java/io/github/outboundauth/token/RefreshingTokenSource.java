/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Flight.Landing;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Hands out the current token, and lets callers wait for it in the way that suits them.
 */
final class RefreshingTokenSource implements TokenSource {

	private final String registrationId;

	private final CurrentToken token;

	private final Function<TokenFailure, RuntimeException> exceptions;

	RefreshingTokenSource(TokenSources.Registration registration, Cooldown throttle, Timekeeper time, Executor executor,
			Function<TokenFailure, RuntimeException> exceptions) {
		this.registrationId = registration.id();
		this.token = new CurrentToken(registration, throttle, time, executor);
		this.exceptions = exceptions;
	}

	@Override
	public @Nullable AccessToken current() {
		return this.token.get();
	}

	@Override
	public CompletionStage<AccessToken> token() {
		AccessToken token = this.token.get();
		if (token != null) {
			return CompletableFuture.completedStage(token);
		}
		return this.token.next().thenApply((landing) -> landing.orThrow(this.exceptions));
	}

	@Override
	public AccessToken await() {
		AccessToken token = this.token.get();
		if (token != null) {
			return token;
		}
		try {
			return this.token.next().get().orThrow(this.exceptions);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.exceptions.apply(new TokenFailure(this.registrationId, Kind.CALLER,
					"the caller was interrupted while it waited for a token", "Try again"));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public CompletionStage<@Nullable AccessToken> reject(AccessToken rejected) {
		CompletableFuture<Landing> next = this.token.nextAfter(rejected);
		if (next == null) {
			return CompletableFuture.completedStage(null);
		}
		return next.thenApply((landing) -> {
			AccessToken token = landing.token();
			return (token != null && !token.hasSameValueAs(rejected)) ? token : null;
		});
	}

	void close() {
		this.token.close();
	}

}
