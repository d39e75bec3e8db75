/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

import io.github.outboundauth.http.BearerTokenExchangeFilter;

/**
 * A {@code WebClient} filter alone: from the request to the end of a response that was
 * prepared beforehand. Requests are immutable, so all calls share one.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 2)
public class WebClientFilterBenchmark {

	private final ExchangeFilterFunction fixedHeader = FixedHeader.filter();

	private final ExchangeFilterFunction bearerToken = new BearerTokenExchangeFilter(CachedToken.bearerTokens())
		.forRegistration(CachedToken.ID);

	private final ExchangeFilterFunction securityReactive = StockSecurity.reactiveFilter();

	private final ExchangeFilterFunction securityServlet = StockSecurity.servletFilter();

	private final ClientRequest request = ClientRequest.create(HttpMethod.GET, CachedToken.URL).build();

	private final ClientRequest requestOfServlet = StockSecurity.onServletRequest(this.request);

	/** Hidden: a real exchange is no constant that need not be subscribed to. */
	private final Mono<ClientResponse> response = Mono.just(ClientResponse.create(HttpStatus.OK).build()).hide();

	/** Written by each call, so that no request can be optimized away. */
	@Nullable ClientRequest sent;

	private final ExchangeFunction next = (request) -> {
		this.sent = request;
		return this.response;
	};

	/**
	 * No filter.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ClientResponse none() {
		return this.next.exchange(this.request).block();
	}

	/**
	 * A filter that sets a fixed header.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ClientResponse fixedHeader() {
		return this.fixedHeader.filter(this.request, this.next).block();
	}

	/**
	 * The filter of this library.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ClientResponse bearerToken() {
		return this.bearerToken.filter(this.request, this.next).block();
	}

	/**
	 * Spring Security's filter for reactive applications.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ClientResponse securityReactive() {
		return this.securityReactive.filter(this.request, this.next).block();
	}

	/**
	 * Spring Security's filter for servlet applications, which changes threads.
	 * @return the response
	 */
	@Benchmark
	public @Nullable ClientResponse securityServlet() {
		return this.securityServlet.filter(this.requestOfServlet, this.next).block();
	}

}
