/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.outboundauth.token.Cooldown.Throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A source with everything around it in hand.
 */
final class SourceFixture {

	static final TokenSources.Callers CALLERS = new TokenSources.Callers(FailureException::new, () -> true);

	final ManualTime time;

	final QueueingExecutor executor = new QueueingExecutor();

	final ScriptedFetcher fetcher;

	final RefreshingTokenSource source;

	SourceFixture() {
		this(RefreshPolicy.DEFAULT);
	}

	SourceFixture(ManualTime time) {
		this.time = time;
		this.fetcher = new ScriptedFetcher(time);
		this.source = source(this.fetcher, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT, time, this.executor);
	}

	SourceFixture(RefreshPolicy refresh) {
		this.time = new ManualTime();
		this.fetcher = new ScriptedFetcher(this.time);
		this.source = source(this.fetcher, refresh, RetryPolicy.DEFAULT, this.time, this.executor);
	}

	static RefreshingTokenSource source(TokenFetcher fetcher, RefreshPolicy refresh, RetryPolicy retry, Timekeeper time,
			Executor executor) {
		TokenSources.Registration registration = new TokenSources.Registration("orders",
				"https://idp.example.com/token", "orders", fetcher, refresh, retry);
		return source(registration, time, executor, new Throttle());
	}

	static RefreshingTokenSource source(TokenSources.Registration registration, Timekeeper time, Executor executor,
			Throttle throttle, TokenListener... listeners) {
		TokenSources.Shared shared = new TokenSources.Shared(time, new ConcurrencyLimit(executor), executor,
				new Announcer(List.of(listeners), executor), throttle);
		return new RefreshingTokenSource(registration.id(), new CurrentToken(registration, shared), CALLERS);
	}

	/**
	 * Ask for a token, answer whatever requests that takes, and expect to have it.
	 */
	AccessToken obtain() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		return tokenOf(stage);
	}

	/**
	 * The token that is handed out without waiting.
	 */
	String handedOut() {
		return tokenOf(this.source.token()).value();
	}

	/**
	 * Why a call fails without waiting.
	 */
	TokenFailure failure() {
		return failureOf(this.source.token());
	}

	static AccessToken tokenOf(CompletionStage<AccessToken> stage) {
		CompletableFuture<AccessToken> future = stage.toCompletableFuture();
		assertThat(future).isCompleted();
		return future.join();
	}

	static TokenFailure failureOf(CompletionStage<AccessToken> stage) {
		CompletableFuture<AccessToken> future = stage.toCompletableFuture();
		assertThat(future).isCompletedExceptionally();
		CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
		assertThat(thrown).hasCauseInstanceOf(FailureException.class);
		return ((FailureException) thrown.getCause()).failure();
	}

}
