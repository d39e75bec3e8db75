/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Attaching a cached token costs no more memory than it must. Bytes are counted, not
 * time. Comparisons make too few calls for the optimizing compiler to take notice: it
 * would leave out allocations on one side and not on the other, and the difference would
 * no longer be that of the code.
 */
class AttachAllocationTests {

	private static final URI URL = URI.create("https://inventory.example.com/items");

	private static final String HEADER_VALUE = "Bearer canary-1";

	private static final int ROUNDS = 5;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final TokenSources sources = sources(Timekeeper.system(this.scheduler));

	private final BearerTokens tokens = new BearerTokens(this.sources,
			Map.of("inventory", new BearerPolicy(AllowedOrigins.of(List.of(URL)), true, true)));

	private @Nullable String sent;

	private static TokenSources sources(Timekeeper time) {
		TokenFetcher fetcher = () -> new TokenFetcher.Response("canary-1", Set.of(), Duration.ofHours(1), null,
				time.nanoTime());
		TokenSources sources = new TokenSources(
				List.of(new TokenSources.Registration("inventory", "https://idp.example.com/token", "inventory",
						fetcher, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT)),
				time, Runnable::run, List.of(),
				new TokenSources.Callers((failure) -> new IllegalStateException(failure.message()), () -> true));
		sources.get("inventory").await();
		return sources;
	}

	@BeforeEach
	void countsAllocations() {
		assumeThat(this.threads.isThreadAllocatedMemorySupported()).isTrue();
		this.threads.setThreadAllocatedMemoryEnabled(true);
	}

	@AfterEach
	void close() {
		this.sources.close();
		this.scheduler.shutdownNow();
	}

	@Test
	void freshTokenIsHandedOutWithoutAllocation() {
		TokenSource source = this.sources.get("inventory");
		assertThat(source.current()).isNotNull();
		assertThat(bytesPerCall(100_000, source::current)).isLessThan(1);
	}

	@Test
	void filterAllocatesTwoSmallObjectsMoreThanFixedHeader() {
		ClientRequest request = ClientRequest.create(HttpMethod.GET, URL).build();
		// Hidden, because what is known to be a constant is not even subscribed to.
		Mono<ClientResponse> response = Mono.just(ClientResponse.create(HttpStatus.OK).build()).hide();
		ExchangeFunction next = (sent) -> {
			this.sent = sent.headers().getFirst(HttpHeaders.AUTHORIZATION);
			return response;
		};
		ExchangeFilterFunction fixed = (plain, exchange) -> exchange
			.exchange(ClientRequest.from(plain).header(HttpHeaders.AUTHORIZATION, HEADER_VALUE).build());
		ExchangeFilterFunction ours = new BearerTokenExchangeFilter(this.tokens).forRegistration("inventory");
		assertThat(difference(() -> fixed.filter(request, next).block(), () -> ours.filter(request, next).block()))
			.isLessThan(65);
	}

	@Test
	void interceptorAllocatesNoMoreThanFixedHeader() {
		ClientHttpResponse response = new MockClientHttpResponse();
		ClientHttpRequestExecution execution = (request, body) -> {
			this.sent = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
			return response;
		};
		ClientHttpRequestInterceptor fixed = (request, body, next) -> {
			request.getHeaders().set(HttpHeaders.AUTHORIZATION, HEADER_VALUE);
			return next.execute(request, body);
		};
		ClientHttpRequestInterceptor ours = new BearerTokenInterceptor(this.tokens).forRegistration("inventory");
		assertThat(difference(() -> intercept(fixed, execution), () -> intercept(ours, execution))).isLessThan(1);
	}

	private static void intercept(ClientHttpRequestInterceptor interceptor, ClientHttpRequestExecution execution) {
		MockClientHttpRequest request = new MockClientHttpRequest(HttpMethod.GET, URL);
		// Made when first asked for; a RestClient does so in any case.
		request.getAttributes();
		try {
			interceptor.intercept(request, new byte[0], execution);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private double difference(Runnable fixed, Runnable ours) {
		return bytesPerCall(100, checked(ours)) - bytesPerCall(100, checked(fixed));
	}

	/**
	 * Both sides do the same, and only then can they be compared.
	 */
	private Runnable checked(Runnable call) {
		this.sent = null;
		call.run();
		assertThat(this.sent).isEqualTo(HEADER_VALUE);
		return call;
	}

	/**
	 * The least of several rounds: some may contain what the machine does only once.
	 */
	private double bytesPerCall(int calls, Runnable call) {
		long least = Long.MAX_VALUE;
		for (int round = 0; round < ROUNDS; round++) {
			long before = this.threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < calls; i++) {
				call.run();
			}
			least = Math.min(least, this.threads.getCurrentThreadAllocatedBytes() - before);
		}
		return (double) least / calls;
	}

}
