/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.util.Collection;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one run of all benchmarks measured, by class and method.
 */
final class Round {

	private final TreeMap<String, RunResult> results = new TreeMap<>();

	Round(Collection<RunResult> results) {
		for (RunResult result : results) {
			String benchmark = result.getParams().getBenchmark();
			int method = benchmark.lastIndexOf('.');
			this.results.put(benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1), result);
		}
	}

	Stream<String> names() {
		return this.results.keySet().stream();
	}

	/**
	 * That of the iteration which was disturbed least.
	 */
	double elapsedTime(String name) {
		return result(name).getPrimaryResult().getStatistics().getMin();
	}

	/**
	 * That of the iteration which was disturbed least.
	 */
	double cpuTime(String name) {
		return result(name, CpuTimeProfiler.LABEL).getStatistics().getMin();
	}

	double twinTimes(String name) {
		return result(name, TwinProfiler.TIMES).getStatistics().getPercentile(50);
	}

	double twinBytes(String name) {
		return result(name, TwinProfiler.BYTES).getStatistics().getPercentile(50);
	}

	double bytes(String name) {
		return result(name, "gc.alloc.rate.norm").getScore();
	}

	private Result<?> result(String name, String label) {
		Result<?> result = result(name).getSecondaryResults().get(label);
		if (result == null) {
			throw new IllegalArgumentException("No " + label + " of benchmark " + name);
		}
		return result;
	}

	private RunResult result(String name) {
		RunResult result = this.results.get(name);
		if (result == null) {
			throw new IllegalArgumentException("No benchmark " + name + " among " + this.results.keySet());
		}
		return result;
	}

}
