/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

import com.sun.management.ThreadMXBean;
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
		compare(WHOLE_CALLS, this.webClient::bearerToken, this.webClient::fixedHeader, blackhole);
	}

	/**
	 * Whole calls with {@code RestClient}.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void restClientCall(Blackhole blackhole) throws Exception {
		compare(WHOLE_CALLS, this.restClient::bearerToken, this.restClient::fixedHeader, blackhole);
	}

	/**
	 * The {@code WebClient} filter alone.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void webClientFilter(Blackhole blackhole) throws Exception {
		compare(PARTS, this.filter::bearerToken, this.filter::fixedHeader, blackhole);
	}

	/**
	 * The {@code RestClient} interceptor alone.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void restClientInterceptor(Blackhole blackhole) throws Exception {
		compare(PARTS, this.interceptor::bearerToken, this.interceptor::fixedHeader, blackhole);
	}

	private static void compare(int calls, Callable<?> ours, Callable<?> twin, Blackhole blackhole) throws Exception {
		Meter first = Meter.read();
		repeat(calls, ours, blackhole);
		Meter second = Meter.read();
		repeat(calls, twin, blackhole);
		repeat(calls, twin, blackhole);
		Meter third = Meter.read();
		repeat(calls, ours, blackhole);
		Meter last = Meter.read();
		long time = second.nanos - first.nanos + last.nanos - third.nanos;
		long bytes = second.bytes - first.bytes + last.bytes - third.bytes;
		TwinProfiler.record((double) time / (third.nanos - second.nanos),
				(double) (bytes - (third.bytes - second.bytes)) / (2 * calls));
	}

	private static void repeat(int calls, Callable<?> call, Blackhole blackhole) throws Exception {
		for (int i = 0; i < calls; i++) {
			blackhole.consume(call.call());
		}
	}

	private record Meter(long nanos, long bytes) {

		private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

		static Meter read() {
			return new Meter(System.nanoTime(), THREADS.getCurrentThreadAllocatedBytes());
		}

	}

}
