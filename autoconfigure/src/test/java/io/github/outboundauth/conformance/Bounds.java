/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

/**
 * What a value may be.
 *
 * @param <T> the type of the value
 * @param atLeast the least it may be
 * @param atMost the most it may be
 */
record Bounds<T extends Comparable<T>>(T atLeast, T atMost) {

	boolean contain(T value) {
		return this.atLeast.compareTo(value) <= 0 && this.atMost.compareTo(value) >= 0;
	}

	@Override
	public String toString() {
		return this.atLeast.equals(this.atMost) ? this.atLeast.toString()
				: "from " + this.atLeast + " to " + this.atMost;
	}

}
