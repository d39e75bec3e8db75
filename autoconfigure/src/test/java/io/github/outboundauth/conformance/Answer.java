/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a server answers, and when.
 */
interface Answer {

	/**
	 * How long it takes, if not no time at all.
	 */
	@Nullable Duration takes();

	/**
	 * Whether it is held back until it is released.
	 */
	boolean hangs();

}
