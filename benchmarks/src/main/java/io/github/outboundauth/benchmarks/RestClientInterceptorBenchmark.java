/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.http.BearerTokenInterceptor;

/**
 * A {@code RestClient} interceptor alone: from a new request to a response that was
 * prepared beforehand. Interceptors change the request, so each call makes its own, in
 * all variants alike.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 2)
public class RestClientInterceptorBenchmark {

	private static final byte[] BODY = new byte[0];

	private final ClientHttpRequestInterceptor fixedHeader = FixedHeader.interceptor();

	private final ClientHttpRequestInterceptor bearerToken = new BearerTokenInterceptor(CachedToken.bearerTokens())
		.forRegistration(CachedToken.ID);

	private final ClientHttpRequestInterceptor security = StockSecurity.interceptor();

	private final ClientHttpResponse response = new StubResponse();

	/** Written by each call, so that nothing of it can be optimized away. */
	@Nullable String sent;

	private final ClientHttpRequestExecution execution = (request, body) -> {
		this.sent = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		return this.response;
	};

	/**
	 * No interceptor.
	 * @return the response
	 * @throws IOException never
	 */
	@Benchmark
	public ClientHttpResponse none() throws IOException {
		return this.execution.execute(new Request(), BODY);
	}

	/**
	 * An interceptor that sets a fixed header.
	 * @return the response
	 * @throws IOException never
	 */
	@Benchmark
	public ClientHttpResponse fixedHeader() throws IOException {
		return this.fixedHeader.intercept(new Request(), BODY, this.execution);
	}

	/**
	 * The interceptor of this library.
	 * @return the response
	 * @throws IOException never
	 */
	@Benchmark
	public ClientHttpResponse bearerToken() throws IOException {
		return this.bearerToken.intercept(new Request(), BODY, this.execution);
	}

	/**
	 * Spring Security's interceptor.
	 * @return the response
	 * @throws IOException never
	 */
	@Benchmark
	public ClientHttpResponse security() throws IOException {
		return this.security.intercept(new Request(), BODY, this.execution);
	}

	private static final class Request implements HttpRequest {

		private final HttpHeaders headers = new HttpHeaders();

		private final Map<String, Object> attributes = new HashMap<>();

		@Override
		public HttpMethod getMethod() {
			return HttpMethod.GET;
		}

		@Override
		public URI getURI() {
			return CachedToken.URL;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public Map<String, Object> getAttributes() {
			return this.attributes;
		}

	}

}
