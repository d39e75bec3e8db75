/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Flight.Landing;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Hands out the current token, and lets callers wait for it in the way that suits them.
 */
final class RefreshingTokenSource implements TokenSource {

	private final String registrationId;

	private final CurrentToken token;

	private final TokenSources.Callers callers;

	/**
	 * Create a source.
	 * @param registrationId the registration that its callers know
	 * @param token may be that of another registration, too
	 * @param callers how callers are treated
	 */
	RefreshingTokenSource(String registrationId, CurrentToken token, TokenSources.Callers callers) {
		this.registrationId = registrationId;
		this.token = token;
		this.callers = callers;
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
		return this.token.next().thenApply((landing) -> landing.orThrow(this::exception));
	}

	@Override
	public AccessToken await() {
		AccessToken token = this.token.get();
		if (token != null) {
			return token;
		}
		if (!this.callers.mayBlock().getAsBoolean()) {
			throw refuse(Kind.BLOCKING, "there is no token at hand, and the calling thread must not wait for one",
					"On an event loop use the WebClient, or TokenSource.token()");
		}
		if (this.token.isFetchedBy(Thread.currentThread())) {
			throw refuse(Kind.CALLER, "its token request waits for the token that it is to bring",
					"Have what is called while a token is requested use another registration");
		}
		try {
			return this.token.next().get().orThrow(this::exception);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw refuse(Kind.CALLER, "the caller was interrupted while it waited for a token", "Try again");
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private RuntimeException refuse(Kind kind, String problem, String advice) {
		return exception(new TokenFailure(this.registrationId, kind, problem, advice));
	}

	private RuntimeException exception(TokenFailure failure) {
		return this.callers.exceptions().apply(failure.of(this.registrationId));
	}

	@Override
	public CompletionStage<AccessToken> refresh() {
		return this.token.renew().thenApply((landing) -> landing.orThrow(this::exception));
	}

	@Override
	public void drop() {
		this.token.drop();
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

	/**
	 * Make no further token request.
	 * @return wakes those who wait, once no other source makes requests either
	 */
	Runnable close() {
		return this.token.close();
	}

}
