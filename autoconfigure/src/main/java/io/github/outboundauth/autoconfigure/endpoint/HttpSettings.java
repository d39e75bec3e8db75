/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a registration wants of the HTTP client of its token endpoint.
 *
 * @param connectTimeout how long to wait for a connection
 * @param readTimeout how long to wait for the next bytes
 * @param sslBundle the name of an SSL bundle, or {@code null} for that of the application
 * @param proxy the proxy, or {@code null} for what the HTTP engine does by itself
 */
public record HttpSettings(Duration connectTimeout, Duration readTimeout, @Nullable String sslBundle,
		@Nullable ProxySettings proxy) {

}
