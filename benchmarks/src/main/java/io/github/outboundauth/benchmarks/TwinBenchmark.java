/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * This library and its fixed-header twin by turns, less than a millisecond each: what
 * slows one down, slows the other down as well, and the ratio stays. Says nothing by its
 * own time; {@link TwinProfiler} has the result.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 6)
public class TwinBenchmark {

	private static final int WHOLE_CALLS = 200;

	private static final int PARTS = 2000;

	private final WebClientCallBenchmark webClient = new WebClientCallBenchmark();

	private final RestClientCallBenchmark restClient = new RestClientCallBenchmark();

	private final WebClientFilterBenchmark filter = new WebClientFilterBenchmark();

	private final RestClientInterceptorBenchmark interceptor = new RestClientInterceptorBenchmark();

	/**
	 * Whole calls with {@code WebClient}.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void webClientCall(Blackhole blackhole) throws Exception {
		Twins.compare(WHOLE_CALLS, this.webClient::bearerToken, this.webClient::fixedHeader, blackhole);
	}

	/**
	 * Whole calls with {@code RestClient}.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void restClientCall(Blackhole blackhole) throws Exception {
		Twins.compare(WHOLE_CALLS, this.restClient::bearerToken, this.restClient::fixedHeader, blackhole);
	}

	/**
	 * The {@code WebClient} filter alone.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void webClientFilter(Blackhole blackhole) throws Exception {
		Twins.compare(PARTS, this.filter::bearerToken, this.filter::fixedHeader, blackhole);
	}

	/**
	 * The {@code RestClient} interceptor alone.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void restClientInterceptor(Blackhole blackhole) throws Exception {
		Twins.compare(PARTS, this.interceptor::bearerToken, this.interceptor::fixedHeader, blackhole);
	}

}
