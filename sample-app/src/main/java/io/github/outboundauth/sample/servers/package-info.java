/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The servers that the sample calls: an authorization server and a protected API.
 */
@NullMarked
package io.github.outboundauth.sample.servers;

import org.jspecify.annotations.NullMarked;
