/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Where secrets, keys and assertions are found: files and other resources, and SSL
 * bundles.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.credentials;

import org.jspecify.annotations.NullMarked;
