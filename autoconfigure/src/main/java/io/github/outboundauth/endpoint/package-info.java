/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Asks the authorization server: the token request, its answer, and what may go wrong.
 */
@NullMarked
package io.github.outboundauth.endpoint;

import org.jspecify.annotations.NullMarked;
