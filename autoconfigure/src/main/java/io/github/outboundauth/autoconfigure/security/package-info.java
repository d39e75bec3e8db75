/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Puts our tokens beside what Spring Security does in the application.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.security;

import org.jspecify.annotations.NullMarked;
