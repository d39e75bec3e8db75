/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The life of a token: fresh, stale, expired; one flight at a time. Knows the JDK only.
 */
@NullMarked
package io.github.outboundauth.token;

import org.jspecify.annotations.NullMarked;
