/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;

/**
 * The source alone, holding a fresh token.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 2)
public class TokenSourceBenchmark {

	private final TokenSource source = CachedToken.source();

	/**
	 * What each call of a client asks for.
	 * @return the token
	 */
	@Benchmark
	public @Nullable AccessToken current() {
		return this.source.current();
	}

	/**
	 * What callers ask for that may have to wait.
	 * @return a completed stage
	 */
	@Benchmark
	public CompletionStage<AccessToken> token() {
		return this.source.token();
	}

}
