/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.AbstractList;
import java.util.List;

/**
 * Values that can be sent but not printed.
 */
final class Unprintable extends AbstractList<String> {

	private final List<String> values;

	Unprintable(List<String> values) {
		this.values = List.copyOf(values);
	}

	@Override
	public String get(int index) {
		return this.values.get(index);
	}

	@Override
	public int size() {
		return this.values.size();
	}

	@Override
	public String toString() {
		return "******";
	}

}
