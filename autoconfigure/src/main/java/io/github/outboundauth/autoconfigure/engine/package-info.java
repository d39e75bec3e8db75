/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Makes HTTP clients with the HTTP engine of the application, and with what Spring Boot
 * has no settings for.
 */
@NullMarked
package io.github.outboundauth.autoconfigure.engine;

import org.jspecify.annotations.NullMarked;
