/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What operators see of the life of the tokens.
 */
@NullMarked
package io.github.outboundauth.actuate;

import org.jspecify.annotations.NullMarked;
