/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.BufferingClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import io.github.outboundauth.testing.KeepAliveServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

class BearerTokenRequestFactoryTests {

	private static final int MEGABYTE = 1024 * 1024;

	private final BearerFixture fixture = new BearerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	private BearerTokenRequestFactory factory() {
		// It repeats nothing, whatever the policy says.
		return factory(new JdkClientHttpRequestFactory(), this.fixture.tokens(true, true));
	}

	private static BearerTokenRequestFactory factory(ClientHttpRequestFactory delegate, BearerTokens tokens) {
		return new BearerTokenRequestFactory(delegate, new BearerTokenInterceptor(tokens).forRegistration("billing"));
	}

	private RestClient client(ClientHttpRequestFactory factory) {
		return RestClient.builder()
			.requestFactory(factory)
			.baseUrl(this.fixture.api.url(""))
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
	}

	private static ResponseEntity<String> get(RestClient client) {
		return client.get().uri("/x").retrieve().toEntity(String.class);
	}

	@Test
	void showsTheTokenToNobody() {
		HttpHeaders seen = client(factory()).get()
			.uri("/x")
			.header("X-Own", "1")
			.exchange((request, response) -> request.getHeaders());
		assertThat(seen.headerNames()).contains("X-Own").doesNotContain("Authorization");
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1");
		assertThat(this.fixture.api.requests().get(0).header("X-Own")).isEqualTo("1");
	}

	@Test
	void attachesTokensForRestTemplate() {
		new RestTemplate(factory()).getForObject(this.fixture.api.url("/x"), String.class);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1");
	}

	@Test
	void attachesTokensToRequestsOfInterceptorsThatRetry() {
		this.fixture.apiAccepts("canary-billing-2");
		RestClient client = client(factory()).mutate().requestInterceptor((request, body, execution) -> {
			execution.execute(request, body).close();
			Awaitility.await().until(() -> this.fixture.fetches.get() == 2);
			return execution.execute(request, body);
		}).build();
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
	}

	@Test
	void returnsThe401AndFetchesForTheNextCall() {
		RestClient client = client(factory());
		this.fixture.apiAccepts("canary-billing-2");
		ResponseEntity<String> first = get(client);
		assertThat(first.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(first.getBody()).isEqualTo("\"refused\"");
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
	}

	@Test
	void rejectsExactlyTheTokenThatWasSent() throws Exception {
		BearerTokens tokens = this.fixture.tokens(true, true);
		RestClient client = client(factory(new JdkClientHttpRequestFactory(), tokens));
		this.fixture.api.script((request, socket) -> {
			if (request.path().equals("/slow")) {
				// Meanwhile the token of this request is replaced.
				tokens.get("billing")
					.source()
					.reject(tokens.get("billing").source().await())
					.toCompletableFuture()
					.join();
			}
			Script.json(request.path().equals("/slow") ? 401 : 200, "{}").answer(request, socket);
		});
		client.get().uri("/slow").retrieve().toBodilessEntity();
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
		assertThat(this.fixture.fetches).hasValue(2);
	}

	@Test
	void sendsTheBodyOfARequestThatCannotStream() {
		BearerTokenRequestFactory factory = factory(
				new BufferingClientHttpRequestFactory(new JdkClientHttpRequestFactory()),
				this.fixture.tokens(true, true));
		client(factory).post().uri("/x").body("value").retrieve().toBodilessEntity();
		client(factory).post()
			.uri("/x")
			.body((output) -> output.write(new byte[] { 'b' }))
			.retrieve()
			.toBodilessEntity();
		assertThat(this.fixture.api.requests()).extracting((request) -> request.body()).containsExactly("value", "b");
		assertThatExceptionOfType(ResourceAccessException.class)
			.isThrownBy(() -> client(factory).post().uri("/x").body((StreamingHttpOutputMessage.Body) (output) -> {
				throw new IOException("no such file");
			}).retrieve().toBodilessEntity())
			.withRootCauseInstanceOf(IOException.class);
	}

	static Stream<Arguments> engines() {
		return Stream.of(argumentSet("simple", supplier(SimpleClientHttpRequestFactory::new)),
				argumentSet("jdk", supplier(JdkClientHttpRequestFactory::new)),
				argumentSet("http-components", supplier(HttpComponentsClientHttpRequestFactory::new)),
				argumentSet("reactor", supplier(ReactorClientHttpRequestFactory::new)));
	}

	private static Supplier<ClientHttpRequestFactory> supplier(Supplier<ClientHttpRequestFactory> supplier) {
		return supplier;
	}

	@ParameterizedTest
	@MethodSource("engines")
	void theBeginningOfABodyArrivesBeforeItsEndIsThere(Supplier<ClientHttpRequestFactory> engine) {
		try (KeepAliveServer server = new KeepAliveServer((authorization) -> ok())) {
			upload(server, engine.get(), 32);
			assertThat(server.received()).isEqualTo(32L * MEGABYTE);
		}
	}

	@Test
	void aBodyOfAnySizeTakesLittleMemory() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		try (KeepAliveServer server = new KeepAliveServer((authorization) -> ok())) {
			upload(server, new SimpleClientHttpRequestFactory(), 2);
			long before = threads.getCurrentThreadAllocatedBytes();
			upload(server, new SimpleClientHttpRequestFactory(), 256);
			assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8L * MEGABYTE);
			assertThat(server.received()).isEqualTo(258L * MEGABYTE);
		}
	}

	private static KeepAliveServer.Answer ok() {
		return new KeepAliveServer.Answer(200, "", "ok".getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Send a body whose end is not written before its beginning has arrived.
	 */
	private void upload(KeepAliveServer server, ClientHttpRequestFactory engine, int megabytes) {
		BearerPolicy policy = new BearerPolicy(AllowedOrigins.of(List.of(URI.create(server.url("")))), false, true);
		BearerTokens tokens = new BearerTokens(this.fixture.sources(), Map.of("billing", policy));
		long arrived = server.received();
		byte[] kilobytes = new byte[64 * 1024];
		String answer = client(factory(engine, tokens)).post().uri(server.url("/upload")).body((output) -> {
			for (int i = 0; i < megabytes * 16; i++) {
				output.write(kilobytes);
				if (i == megabytes * 8) {
					output.flush();
					Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> server.received() > arrived);
				}
			}
		}).retrieve().body(String.class);
		assertThat(answer).isEqualTo("ok");
	}

}
