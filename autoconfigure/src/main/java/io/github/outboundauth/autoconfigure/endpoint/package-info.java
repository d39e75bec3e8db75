/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Makes the HTTP clients of token endpoints with the HTTP engine of the application.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
