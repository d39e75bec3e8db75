/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * An application that calls an API with access tokens, as anybody would write it.
 */
@NullMarked
package io.github.outboundauth.sample;

import org.jspecify.annotations.NullMarked;
