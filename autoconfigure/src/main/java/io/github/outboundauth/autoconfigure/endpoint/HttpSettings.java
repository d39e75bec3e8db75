/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.autoconfigure.engine.ProxySettings;

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

	/**
	 * What the compiler makes of a component whose type is ours would have the JDK keep
	 * our class loader.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HttpSettings settings && this.connectTimeout.equals(settings.connectTimeout)
				&& this.readTimeout.equals(settings.readTimeout) && Objects.equals(this.sslBundle, settings.sslBundle)
				&& Objects.equals(this.proxy, settings.proxy);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.connectTimeout, this.readTimeout, this.sslBundle, this.proxy);
	}

}
