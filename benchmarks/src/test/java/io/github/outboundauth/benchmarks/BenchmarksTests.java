/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.io.IOException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All variants do the same work: the comparison would be worth nothing otherwise.
 */
class BenchmarksTests {

	@Test
	void sourceHasItsToken() {
		TokenSourceBenchmark benchmark = new TokenSourceBenchmark();
		assertThat(benchmark.current()).isNotNull();
		assertThat(benchmark.token().toCompletableFuture()).isCompletedWithValue(benchmark.current());
	}

	@Test
	void filtersSendTheToken() {
		WebClientFilterBenchmark benchmark = new WebClientFilterBenchmark();
		benchmark.none();
		assertThat(authorization(headers(benchmark))).isNull();
		benchmark.fixedHeader();
		assertThat(authorization(headers(benchmark))).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.bearerToken();
		assertThat(authorization(headers(benchmark))).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.securityReactive();
		assertThat(authorization(headers(benchmark))).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.securityServlet();
		assertThat(authorization(headers(benchmark))).isEqualTo(CachedToken.HEADER_VALUE);
	}

	@Test
	void interceptorsSendTheToken() throws IOException {
		RestClientInterceptorBenchmark benchmark = new RestClientInterceptorBenchmark();
		benchmark.none();
		assertThat(benchmark.sent).isNull();
		benchmark.fixedHeader();
		assertThat(sent(benchmark)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.bearerToken();
		assertThat(sent(benchmark)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.security();
		assertThat(sent(benchmark)).isEqualTo(CachedToken.HEADER_VALUE);
	}

	@Test
	void webClientsSendTheToken() {
		WebClientCallBenchmark benchmark = new WebClientCallBenchmark();
		benchmark.fixedHeader();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.http.sent = null;
		benchmark.bearerToken();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.http.sent = null;
		benchmark.securityReactive();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
	}

	@Test
	void loopbackClientsSendTheTokenIfTheyAreToDoSo() {
		LoopbackBenchmark benchmark = new LoopbackBenchmark();
		assertThat(benchmark.plain()).isEqualTo(400);
		assertThat(benchmark.sent).isNull();
		assertThat(benchmark.bearerToken()).isEqualTo(400);
		assertThat(benchmark.sent).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.sent = null;
		assertThat(benchmark.fixedHeader()).isEqualTo(400);
		assertThat(benchmark.sent).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.stop();
	}

	@Test
	void restClientsSendTheToken() {
		RestClientCallBenchmark benchmark = new RestClientCallBenchmark();
		benchmark.fixedHeader();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.http.sent = null;
		benchmark.bearerToken();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
		benchmark.http.sent = null;
		benchmark.security();
		assertThat(authorization(benchmark.http.sent)).isEqualTo(CachedToken.HEADER_VALUE);
	}

	private static @Nullable HttpHeaders headers(WebClientFilterBenchmark benchmark) {
		HttpHeaders headers = (benchmark.sent != null) ? benchmark.sent.headers() : null;
		benchmark.sent = null;
		return headers;
	}

	private static @Nullable String sent(RestClientInterceptorBenchmark benchmark) {
		String sent = benchmark.sent;
		benchmark.sent = null;
		return sent;
	}

	private static @Nullable String authorization(@Nullable HttpHeaders headers) {
		assertThat(headers).isNotNull();
		return headers.getFirst(HttpHeaders.AUTHORIZATION);
	}

}
