/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Finds out where an authorization server is and what it wants.
 */
@NullMarked
package io.github.outboundauth.endpoint.discovery;

import org.jspecify.annotations.NullMarked;
