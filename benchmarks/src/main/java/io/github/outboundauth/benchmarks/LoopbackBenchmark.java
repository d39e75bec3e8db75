/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.AllowedOrigins;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokens;

/**
 * Calls over the loopback interface, sixteen at a time: what remains of the difference
 * when there is a network. Client and server share the machine, so both pay for the 800
 * bytes of the header.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 10)
public class LoopbackBenchmark {

	private static final int CALLS = 400;

	private static final int AT_A_TIME = 16;

	private final DisposableServer server = HttpServer.create()
		.host("127.0.0.1")
		.port(0)
		.handle((request, response) -> {
			this.sent = request.requestHeaders().get("Authorization");
			return response.sendString(Mono.just("ok"));
		})
		.bindNow();

	private final URI url = URI.create("http://127.0.0.1:" + this.server.port() + "/items/42");

	private final WebClient bearerToken = WebClient.builder()
		.filter(new BearerTokenExchangeFilter(new BearerTokens(CachedToken.sources(),
				Map.of(CachedToken.ID, new BearerPolicy(AllowedOrigins.of(List.of(this.url)), true, true))))
			.forRegistration(CachedToken.ID))
		.build();

	private final WebClient fixedHeader = WebClient.builder().filter(FixedHeader.filter()).build();

	private final WebClient plain = WebClient.create();

	volatile @Nullable String sent;

	/**
	 * This library and no token by turns.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void bearerTokenAgainstNone(Blackhole blackhole) throws Exception {
		Twins.compare(1, this::bearerToken, this::plain, blackhole);
	}

	/**
	 * A fixed header and no token by turns: the price of sending 800 bytes more.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void fixedHeaderAgainstNone(Blackhole blackhole) throws Exception {
		Twins.compare(1, this::fixedHeader, this::plain, blackhole);
	}

	/**
	 * This library and a fixed header by turns.
	 * @param blackhole takes the responses
	 * @throws Exception never
	 */
	@Benchmark
	public void bearerTokenAgainstFixedHeader(Blackhole blackhole) throws Exception {
		Twins.compare(1, this::bearerToken, this::fixedHeader, blackhole);
	}

	@Nullable Long bearerToken() {
		return call(this.bearerToken);
	}

	@Nullable Long fixedHeader() {
		return call(this.fixedHeader);
	}

	@Nullable Long plain() {
		return call(this.plain);
	}

	private @Nullable Long call(WebClient client) {
		return Flux.range(0, CALLS)
			.flatMap((i) -> client.get().uri(this.url).retrieve().bodyToMono(String.class), AT_A_TIME)
			.count()
			.block();
	}

	/**
	 * Stop the server.
	 */
	@TearDown
	public void stop() {
		this.server.disposeNow();
	}

}
