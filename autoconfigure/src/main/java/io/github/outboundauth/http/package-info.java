/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Puts tokens on requests, keeps them from foreign origins, notices when they are
 * refused.
 */
@NullMarked
package io.github.outboundauth.http;

import org.jspecify.annotations.NullMarked;
