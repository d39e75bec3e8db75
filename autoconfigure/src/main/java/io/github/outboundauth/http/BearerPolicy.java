/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

/**
 * What a registration does with its token.
 *
 * @param origins where the token may go
 * @param replayUnauthorized whether a call that is answered with 401 is repeated once
 * with a new token
 * @param requireToken whether a call fails if no token can be had; otherwise it is sent
 * without
 */
public record BearerPolicy(AllowedOrigins origins, boolean replayUnauthorized, boolean requireToken) {

}
