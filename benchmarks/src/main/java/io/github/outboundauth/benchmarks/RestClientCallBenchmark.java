/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.http.BearerTokenInterceptor;

/**
 * A whole call with {@code RestClient}, as an application makes it; only the HTTP library
 * is replaced, by one that answers at once.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 6)
public class RestClientCallBenchmark {

	final StubRequestFactory http = new StubRequestFactory();

	private final RestClient fixedHeader = client(FixedHeader.interceptor());

	private final RestClient bearerToken = client(
			new BearerTokenInterceptor(CachedToken.bearerTokens()).forRegistration(CachedToken.ID));

	private final RestClient security = client(StockSecurity.interceptor());

	/**
	 * With an interceptor that sets a fixed header.
	 * @return the response
	 */
	@Benchmark
	public ResponseEntity<Void> fixedHeader() {
		return get(this.fixedHeader);
	}

	/**
	 * With the interceptor of this library.
	 * @return the response
	 */
	@Benchmark
	public ResponseEntity<Void> bearerToken() {
		return get(this.bearerToken);
	}

	/**
	 * With Spring Security's interceptor.
	 * @return the response
	 */
	@Benchmark
	public ResponseEntity<Void> security() {
		return get(this.security);
	}

	private RestClient client(ClientHttpRequestInterceptor interceptor) {
		return RestClient.builder().requestFactory(this.http).requestInterceptor(interceptor).build();
	}

	private static ResponseEntity<Void> get(RestClient client) {
		return client.get().uri(CachedToken.URL).retrieve().toBodilessEntity();
	}

}
