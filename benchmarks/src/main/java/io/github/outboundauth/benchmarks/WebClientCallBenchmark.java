/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.BearerTokenExchangeFilter;

/**
 * A whole call with {@code WebClient}, as an application makes it; only the HTTP library
 * is replaced, by one that answers at once.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 6)
public class WebClientCallBenchmark {

	final StubConnector http = new StubConnector();

	private final WebClient fixedHeader = client(FixedHeader.filter());

	private final WebClient bearerToken = client(
			new BearerTokenExchangeFilter(CachedToken.bearerTokens()).forRegistration(CachedToken.ID));

	private final WebClient securityReactive = client(StockSecurity.reactiveFilter());

	/**
	 * With a filter that sets a fixed header.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ResponseEntity<Void> fixedHeader() {
		return get(this.fixedHeader);
	}

	/**
	 * With the filter of this library.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ResponseEntity<Void> bearerToken() {
		return get(this.bearerToken);
	}

	/**
	 * With Spring Security's filter for reactive applications.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ResponseEntity<Void> securityReactive() {
		return get(this.securityReactive);
	}

	private WebClient client(ExchangeFilterFunction filter) {
		return WebClient.builder().clientConnector(this.http).filter(filter).build();
	}

	private static @Nullable ResponseEntity<Void> get(WebClient client) {
		return client.get().uri(CachedToken.URL).retrieve().toBodilessEntity().block();
	}

}
