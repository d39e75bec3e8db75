/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Makes clients that carry tokens: the beans of registrations and HTTP service groups.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.client;

import org.jspecify.annotations.NullMarked;
