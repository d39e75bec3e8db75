/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.util.stream.DoubleStream;

/**
 * A figure of several rounds.
 *
 * @param least the least
 * @param median the one in the middle
 * @param greatest the greatest
 */
record Spread(double least, double median, double greatest) {

	static Spread of(DoubleStream figures) {
		double[] sorted = figures.sorted().toArray();
		double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
		return new Spread(sorted[0], median, sorted[sorted.length - 1]);
	}

}
