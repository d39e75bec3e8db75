/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ssl.SslBundle;

import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients.Reload;

/**
 * An HTTP client of an API that can be exchanged for one with another SSL bundle. The one
 * before ends its requests undisturbed until the next exchange: nobody counts them,
 * because that would keep bodies in memory. Thread-safe.
 *
 * @param <H> the HTTP client
 */
final class ApiClient<H> {

	private static final Log logger = LogFactory.getLog(ApiClient.class);

	private final Function<@Nullable SslBundle, H> maker;

	private volatile H current;

	private @Nullable H previous;

	private boolean closed;

	/**
	 * Create a client.
	 * @param maker makes an HTTP client with an SSL bundle
	 * @param bundle the first SSL bundle, or {@code null} for none
	 */
	ApiClient(Function<@Nullable SslBundle, H> maker, @Nullable SslBundle bundle) {
		this.maker = maker;
		this.current = maker.apply(bundle);
	}

	/**
	 * The HTTP client for a new request.
	 */
	H current() {
		return this.current;
	}

	/**
	 * Make a client with another SSL bundle, to be used for new requests.
	 */
	Reload reload(SslBundle bundle) {
		H next = this.maker.apply(bundle);
		return new Reload(() -> use(next), () -> discard(next));
	}

	private synchronized void use(H next) {
		if (this.closed) {
			discard(next);
			return;
		}
		H past = this.previous;
		this.previous = this.current;
		this.current = next;
		discard(past);
	}

	/**
	 * An engine of the application may give the same client twice: then it is still in
	 * use, or was closed.
	 */
	private synchronized void discard(@Nullable H client) {
		if (client != this.current && client != this.previous) {
			close(client);
		}
	}

	/**
	 * Close the client for good. One that is made for it later is closed at once.
	 */
	synchronized void close() {
		if (!this.closed) {
			// Leaves no other one before it.
			use(this.current);
			this.closed = true;
			close(this.current);
		}
	}

	private static void close(@Nullable Object client) {
		try {
			if (client instanceof DisposableBean disposable) {
				disposable.destroy();
			}
			else if (client instanceof AutoCloseable closeable) {
				closeable.close();
			}
		}
		catch (Exception ex) {
			logger.warn("An HTTP client of an API could not be closed", ex);
		}
	}

}
