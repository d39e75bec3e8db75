/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.stream.DoubleStream;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Carries the comparisons of {@link TwinBenchmark} out of its process: of each iteration
 * the median, which does not see the turns during which somebody else ran.
 */
public final class TwinProfiler implements InternalProfiler {

	static final String TIMES = "twin.times";

	static final String BYTES = "twin.bytes";

	private static DoubleStream.Builder times = DoubleStream.builder();

	private static DoubleStream.Builder bytes = DoubleStream.builder();

	/**
	 * Take note of one comparison. Called by the one thread of the benchmark; iterations
	 * begin and end while it waits.
	 * @param times how many times as long this library took
	 * @param bytes how many bytes more it took for each call
	 */
	static void record(double times, double bytes) {
		TwinProfiler.times.add(times);
		TwinProfiler.bytes.add(bytes);
	}

	@Override
	public String getDescription() {
		return "Costs of twins";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		times = DoubleStream.builder();
		bytes = DoubleStream.builder();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		double[] times = TwinProfiler.times.build().toArray();
		if (times.length == 0) {
			return List.of();
		}
		return List.of(median(TIMES, "", DoubleStream.of(times)), median(BYTES, "B/op", bytes.build()));
	}

	private static Result<?> median(String label, String unit, DoubleStream figures) {
		return new ScalarResult(label, Spread.of(figures).median(), unit, AggregationPolicy.AVG);
	}

}
