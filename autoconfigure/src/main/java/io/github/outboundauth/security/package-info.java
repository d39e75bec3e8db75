/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Spring Security's view of our tokens: its managers and its exceptions.
 */
@NullMarked
package io.github.outboundauth.security;

import org.jspecify.annotations.NullMarked;
