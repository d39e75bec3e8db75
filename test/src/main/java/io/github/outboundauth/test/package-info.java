/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * For the tests of applications whose calls carry tokens: tokens without a server, a
 * server with a script, and assertions.
 */
@NullMarked
package io.github.outboundauth.test;

import org.jspecify.annotations.NullMarked;
