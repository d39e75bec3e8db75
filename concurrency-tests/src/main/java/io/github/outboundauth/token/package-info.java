/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What threads can see of each other. Not checked for nulls: jcstress fills the fields,
 * one actor after another.
 */
@NullUnmarked
package io.github.outboundauth.token;

import org.jspecify.annotations.NullUnmarked;
