/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Binds {@code oauth.client.*} and assembles the other packages from it.
 */
@NullMarked
package io.github.outboundauth.autoconfigure;

import org.jspecify.annotations.NullMarked;
