/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

import com.sun.management.ThreadMXBean;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Compares two ways to make the same call: they take turns, so that what disturbs the
 * machine disturbs both.
 */
final class Twins {

	private Twins() {
	}

	static void compare(int calls, Callable<?> ours, Callable<?> twin, Blackhole blackhole) throws Exception {
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
