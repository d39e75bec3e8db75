/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What is written under {@code oauth.client}: binding, inheritance and checks.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.properties;

import org.jspecify.annotations.NullMarked;
