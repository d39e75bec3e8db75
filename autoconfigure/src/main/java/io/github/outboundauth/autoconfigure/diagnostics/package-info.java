/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reports to those who start an application that cannot work.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
