/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

import io.github.outboundauth.testing.Callers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * An HTTP client that is made for its first request.
 */
class DeferredClientTests {

	private static final URI TOKEN_URI = URI.create("http://127.0.0.1:9/token");

	private final AtomicInteger made = new AtomicInteger();

	private final AtomicInteger destroyed = new AtomicInteger();

	private final DeferredClient client = new DeferredClient(() -> {
		this.made.incrementAndGet();
		return new Client();
	});

	private ClientHttpRequest request() throws IOException {
		return this.client.createRequest(TOKEN_URI, HttpMethod.POST);
	}

	@Test
	void isMadeOnceForAllRequests() throws Exception {
		assertThat(this.made).hasValue(0);
		Callers callers = new Callers(20, (number) -> assertThatNoException().isThrownBy(this::request));
		callers.callAllAtOnce();
		assertThat(callers.failures()).isEmpty();
		assertThat(this.made).hasValue(1);
	}

	@Test
	void endsOnce() throws Exception {
		request();
		this.client.destroy();
		this.client.destroy();
		assertThat(this.destroyed).hasValue(1);
	}

	@Test
	void isNotMadeToBeEnded() throws Exception {
		this.client.destroy();
		assertThat(this.made).hasValue(0);
	}

	@Test
	void isNotMadeAfterTheEnd() throws Exception {
		this.client.destroy();
		assertThatIOException().isThrownBy(this::request);
		assertThat(this.made).hasValue(0);
	}

	private final class Client implements ClientHttpRequestFactory, DisposableBean {

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
			return new SimpleClientHttpRequestFactory().createRequest(uri, httpMethod);
		}

		@Override
		public void destroy() {
			DeferredClientTests.this.destroyed.incrementAndGet();
		}

	}

}
