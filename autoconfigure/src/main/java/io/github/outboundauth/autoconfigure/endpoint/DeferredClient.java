/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * An HTTP client that is made for its first request: some engines start threads, and all
 * take time that an application has better use for when it starts. Thread-safe.
 */
final class DeferredClient implements ClientHttpRequestFactory, DisposableBean {

	/** No monitor, which would pin a virtual thread. */
	private final Lock lock = new ReentrantLock();

	private final Supplier<ClientHttpRequestFactory> maker;

	private @Nullable ClientHttpRequestFactory client; // guarded by the lock

	private boolean destroyed; // guarded by the lock

	/**
	 * Create a client.
	 * @param maker makes the client that it leaves requests to
	 */
	DeferredClient(Supplier<ClientHttpRequestFactory> maker) {
		this.maker = maker;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		return client().createRequest(uri, httpMethod);
	}

	private ClientHttpRequestFactory client() throws IOException {
		this.lock.lock();
		try {
			ClientHttpRequestFactory client = this.client;
			if (client == null) {
				if (this.destroyed) {
					throw new IOException("The HTTP client is closed");
				}
				client = this.maker.get();
				this.client = client;
			}
			return client;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void destroy() throws Exception {
		this.lock.lock();
		try {
			this.destroyed = true;
			if (this.client instanceof DisposableBean disposable) {
				this.client = null;
				disposable.destroy();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
