/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Measures what a cached token costs a call, without a network.
 */
@NullMarked
package io.github.outboundauth.benchmarks;

import org.jspecify.annotations.NullMarked;
