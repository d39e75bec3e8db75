/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.ConnectionProvider.MeterRegistrar;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.KeepAliveServer;
import io.github.outboundauth.testing.KeepAliveServer.Answer;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The response to a refused token is given back to the pool, however often that happens.
 * With pools of one connection, the first that is not would be the last.
 */
@Timeout(120)
class ReplayConnectionsTests {

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Set<String> used = ConcurrentHashMap.newKeySet();

	/** Accepts a token once, so that every call but the first is repeated. */
	private final KeepAliveServer api = new KeepAliveServer(
			(authorization) -> this.used.add(String.valueOf(authorization))
					? new Answer(200, "Content-Type: text/plain\r\n", new byte[] { 'o', 'k' })
					: new Answer(401, "Content-Type: text/plain\r\n", new byte[32 * 1024]));

	private final BearerTokens tokens = tokens(new HurryingTime(this.scheduler));

	@AfterEach
	void close() {
		this.api.close();
		this.scheduler.shutdownNow();
	}

	private BearerTokens tokens(HurryingTime time) {
		AtomicLong count = new AtomicLong();
		TokenFetcher fetcher = () -> {
			time.passes(Duration.ofSeconds(15));
			return new TokenFetcher.Response("canary-" + count.incrementAndGet(), Set.of(), Duration.ofHours(1), null,
					time.nanoTime());
		};
		TokenSources sources = new TokenSources(
				List.of(new TokenSources.Registration("billing", "endpoint", "client", fetcher, RefreshPolicy.DEFAULT,
						RetryPolicy.DEFAULT)),
				time, Runnable::run, List.of(),
				new TokenSources.Callers((failure) -> new IllegalStateException(failure.message()), () -> true));
		return new BearerTokens(sources, Map.of("billing",
				new BearerPolicy(AllowedOrigins.of(List.of(URI.create(this.api.url("")))), true, true)));
	}

	private void repeat(int calls, Supplier<String> call) {
		for (int i = 0; i < calls; i++) {
			assertThat(call.get()).isEqualTo("ok");
		}
		assertThat(this.api.requests()).isEqualTo(2 * calls - 1);
	}

	private RestClient restClient(ClientHttpRequestFactory factory) {
		return RestClient.builder()
			.requestFactory(factory)
			.requestInterceptor(new BearerTokenInterceptor(this.tokens).forRegistration("billing"))
			.build();
	}

	private String get(RestClient client) {
		return client.get().uri(this.api.url("/x")).retrieve().body(String.class);
	}

	@Test
	void restClientGivesConnectionsBackToThePoolOfHttpComponents() throws Exception {
		PoolingHttpClientConnectionManager pool = PoolingHttpClientConnectionManagerBuilder.create()
			.setMaxConnPerRoute(1)
			.build();
		try (CloseableHttpClient engine = HttpClients.custom().setConnectionManager(pool).build()) {
			RestClient client = restClient(new HttpComponentsClientHttpRequestFactory(engine));
			repeat(10_000, () -> get(client));
			assertThat(pool.getTotalStats().getLeased()).isZero();
			assertThat(pool.getTotalStats().getAvailable()).isOne();
			assertThat(this.api.connections()).isOne();
		}
	}

	/**
	 * Before Java 24 the client of the JDK now and then loses the answer to a request on
	 * a connection that it uses again (JDK-8338569).
	 */
	@Test
	void restClientUsesTheConnectionsOfTheJdkAgain() {
		JdkClientHttpRequestFactory requestFactory = new JdkClientHttpRequestFactory();
		requestFactory.setReadTimeout(Duration.ofSeconds(20));
		RestClient client = restClient(requestFactory);
		int lost = 0;
		for (int i = 0; i < 2_000; i++) {
			try {
				assertThat(get(client)).isEqualTo("ok");
			}
			catch (ResourceAccessException ex) {
				lost++;
			}
		}
		assertThat(lost).isLessThanOrEqualTo((Runtime.version().feature() < 24) ? 4 : 0);
		assertThat(this.api.requests()).isBetween(2 * (2_000 - lost) - 1, 2 * 2_000 - 1);
		// A connection is idle a moment after its response has been read.
		assertThat(this.api.connections()).isLessThan(10 + lost);
	}

	@Test
	void webClientGivesConnectionsBackToThePoolOfReactorNetty() {
		AtomicReference<ConnectionPoolMetrics> metrics = new AtomicReference<>();
		MeterRegistrar registrar = (name, id, address, pool) -> metrics.set(pool);
		ConnectionProvider pool = ConnectionProvider.builder("one")
			.maxConnections(1)
			.metrics(true, () -> registrar)
			.build();
		WebClient client = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(pool)))
			.filter(new BearerTokenExchangeFilter(this.tokens).forRegistration("billing"))
			.build();
		repeat(10_000, () -> client.get().uri(this.api.url("/x")).retrieve().bodyToMono(String.class).block());
		Awaitility.await().untilAsserted(() -> {
			assertThat(metrics.get().acquiredSize()).isZero();
			assertThat(metrics.get().idleSize()).isOne();
		});
		assertThat(this.api.connections()).isOne();
		pool.dispose();
	}

	/**
	 * Time that passes faster than it does, so that every rejection may cause a fetch.
	 */
	private static final class HurryingTime implements Timekeeper {

		private final AtomicLong ahead = new AtomicLong();

		private final Timekeeper time;

		HurryingTime(ScheduledExecutorService scheduler) {
			this.time = Timekeeper.system(scheduler);
		}

		void passes(Duration duration) {
			this.ahead.addAndGet(duration.toNanos());
		}

		@Override
		public long nanoTime() {
			return this.time.nanoTime() + this.ahead.get();
		}

		@Override
		public Instant instant() {
			return this.time.instant().plusNanos(this.ahead.get());
		}

		@Override
		public double jitter() {
			return this.time.jitter();
		}

		@Override
		public Alarm wake(Duration delay, Runnable task) {
			return this.time.wake(delay, task);
		}

	}

}
