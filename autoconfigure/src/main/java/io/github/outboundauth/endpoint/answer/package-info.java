/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reads what the authorization server answers, and says what may be wrong with it.
 */
@NullMarked
package io.github.outboundauth.endpoint.answer;

import org.jspecify.annotations.NullMarked;
