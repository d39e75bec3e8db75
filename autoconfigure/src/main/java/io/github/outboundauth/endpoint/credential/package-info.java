/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What a client proves itself with: secrets, keys and assertions, and how they are
 * renewed.
 */
@NullMarked
package io.github.outboundauth.endpoint.credential;

import org.jspecify.annotations.NullMarked;
