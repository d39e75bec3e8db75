/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What is sent again after a 401, for every kind of body, by both clients.
 */
@Timeout(120)
class ReplayTests {

	private static final FileSystemResource FILE = new FileSystemResource("pom.xml");

	private final BearerFixture fixture = new BearerFixture();

	private final BearerTokens tokens = this.fixture.tokens(true, true);

	private final ConnectionProvider connections = ConnectionProvider.create("many", 1000);

	private final WebClient webClient = WebClient.builder()
		.baseUrl(this.fixture.api.url(""))
		.clientConnector(new ReactorClientHttpConnector(HttpClient.create(this.connections)))
		.filter(new BearerTokenExchangeFilter(this.tokens).forRegistration("billing"))
		.build();

	private final RestClient restClient = RestClient.builder()
		.baseUrl(this.fixture.api.url(""))
		.requestFactory(new JdkClientHttpRequestFactory())
		.defaultStatusHandler((status) -> true, (request, response) -> {
		})
		.requestInterceptor(new BearerTokenInterceptor(this.tokens).forRegistration("billing"))
		.build();

	@AfterEach
	void close() {
		this.fixture.close();
		this.connections.dispose();
	}

	private Mono<Integer> status(WebClient.RequestHeadersSpec<?> request) {
		return request.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()));
	}

	private int post(BodyInserter<?, ? super ClientHttpRequest> body) {
		return status(this.webClient.post().uri("/x").body(body)).block(Duration.ofSeconds(30));
	}

	private void assertSentTwiceTheSame() {
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
		assertThat(this.fixture.api.requests()).extracting((request) -> withoutBoundary(request.body()))
			.allSatisfy((body) -> assertThat(body).isNotEmpty()
				.isEqualTo(withoutBoundary(this.fixture.api.requests().get(0).body())));
	}

	/**
	 * Between the parts of multipart data stands another line each time.
	 */
	private static String withoutBoundary(String body) {
		return body.startsWith("--") ? body.replace(body.substring(2, body.indexOf("\r\n")), "boundary") : body;
	}

	static Stream<Arguments> repeatable() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("text", "value");
		parts.part("bytes", new byte[] { 'a' });
		parts.part("file", FILE);
		return Stream.of(argumentSet("a string", BodyInserters.fromValue("text")),
				argumentSet("a value", BodyInserters.fromValue(Map.of("a", List.of(1, 2)))),
				argumentSet("bytes", BodyInserters.fromValue("bytes".getBytes(StandardCharsets.UTF_8))),
				argumentSet("a file", BodyInserters.fromResource(FILE)),
				argumentSet("a form", BodyInserters.fromFormData("a", "b").with("c", "d")),
				argumentSet("multipart data", BodyInserters.fromMultipartData(parts.build())));
	}

	@ParameterizedTest
	@MethodSource("repeatable")
	void webClientRepeats(BodyInserter<?, ? super ClientHttpRequest> body) {
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(post(body)).isEqualTo(200);
		assertSentTwiceTheSame();
	}

	static Stream<Arguments> unrepeatable() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("stream", stream()).filename("stream");
		return Stream.of(argumentSet("a flux", BodyInserters.fromPublisher(Flux.just("a", "b").hide(), String.class)),
				argumentSet("an open stream", BodyInserters.fromResource(stream())),
				argumentSet("buffers",
						BodyInserters.fromDataBuffers(
								Mono.fromSupplier(() -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[3])))),
				argumentSet("a part that is an open stream", BodyInserters.fromMultipartData(parts.build())));
	}

	private static InputStreamResource stream() {
		return new InputStreamResource(new ByteArrayInputStream(new byte[3]));
	}

	@ParameterizedTest
	@MethodSource("unrepeatable")
	void webClientPassesThe401OnAndHasAnotherTokenForTheNextCall(BodyInserter<?, ? super ClientHttpRequest> body) {
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(post(body)).isEqualTo(401);
		assertThat(this.fixture.api.requests()).hasSize(1);
		assertThat(post(BodyInserters.fromValue("next"))).isEqualTo(200);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
	}

	static Stream<Arguments> kept() {
		MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
		parts.add("text", "value");
		parts.add("file", FILE);
		return Stream.of(argumentSet("a string", "text"), argumentSet("a value", Map.of("a", List.of(1, 2))),
				argumentSet("bytes", "bytes".getBytes(StandardCharsets.UTF_8)), argumentSet("a file", FILE),
				argumentSet("a form", MultiValueMap.fromSingleValue(Map.of("a", "b"))),
				argumentSet("multipart data", parts), argumentSet("an open stream", stream()),
				argumentSet("a writer", (StreamingHttpOutputMessage.Body) (output) -> output.write('a')));
	}

	@ParameterizedTest
	@MethodSource("kept")
	void restClientRepeats(Object body) {
		this.fixture.apiAccepts("canary-billing-2");
		RestClient.RequestBodySpec request = this.restClient.post().uri("/x");
		request = (body instanceof StreamingHttpOutputMessage.Body writer) ? request.body(writer) : request.body(body);
		assertThat(request.retrieve().toBodilessEntity().getStatusCode().value()).isEqualTo(200);
		assertSentTwiceTheSame();
	}

	@Test
	void webClientRepeatsAlthoughTheRefusalNeverEnds() {
		refuseWithoutEnd();
		assertThat(status(this.webClient.get().uri("/x")).block(Duration.ofSeconds(30))).isEqualTo(200);
	}

	@Test
	void restClientRepeatsAlthoughTheRefusalNeverEnds() {
		refuseWithoutEnd();
		assertThat(this.restClient.get().uri("/x").retrieve().toBodilessEntity().getStatusCode().value())
			.isEqualTo(200);
	}

	/**
	 * The first token is refused with a body of which a little comes again and again.
	 */
	private void refuseWithoutEnd() {
		this.fixture.api.script((request, socket) -> {
			if ("Bearer canary-billing-2".equals(request.header("Authorization"))) {
				Script.json(200, "\"ok\"").answer(request, socket);
				return;
			}
			OutputStream output = socket.getOutputStream();
			output.write("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			CountDownLatch never = new CountDownLatch(1);
			while (!never.await(20, TimeUnit.MILLISECONDS)) {
				output.write("1\r\na\r\n".getBytes(StandardCharsets.US_ASCII));
				output.flush();
			}
		});
	}

	@Test
	void aThousandCallsOfWebClientThatAreRefusedAtOnceShareOneTokenRequest() {
		refuseAThousandCallsAtOnce();
		Mono<List<Integer>> calls = Flux.range(0, 1000)
			.flatMap((number) -> status(this.webClient.get().uri("/x")), 1000)
			.collectList();
		assertThat(calls.block(Duration.ofMinutes(1))).hasSize(1000).containsOnly(200);
		assertEachRepeatedOnce();
	}

	@Test
	void aThousandCallsOfRestClientThatAreRefusedAtOnceShareOneTokenRequest() throws Exception {
		refuseAThousandCallsAtOnce();
		Callers callers = new Callers(1000,
				(number) -> assertThat(
						this.restClient.get().uri("/x").retrieve().toBodilessEntity().getStatusCode().value())
					.isEqualTo(200));
		callers.callAllAtOnce();
		assertThat(callers.failures()).isEmpty();
		assertEachRepeatedOnce();
	}

	/**
	 * Nobody is answered before all have come with the first token.
	 */
	private void refuseAThousandCallsAtOnce() {
		this.tokens.get("billing").source().await();
		CountDownLatch coming = new CountDownLatch(1000);
		this.fixture.api.script((request, socket) -> {
			boolean refused = "Bearer canary-billing-1".equals(request.header("Authorization"));
			if (refused) {
				coming.countDown();
				coming.await(1, TimeUnit.MINUTES);
			}
			Script.json(refused ? 401 : 200, "{}").answer(request, socket);
		});
	}

	private void assertEachRepeatedOnce() {
		assertThat(this.fixture.fetches).hasValue(2);
		assertThat(this.fixture.tokensSeenByApi()).hasSize(2000)
			.containsOnly("Bearer canary-billing-1", "Bearer canary-billing-2")
			.filteredOn("Bearer canary-billing-2"::equals)
			.hasSize(1000);
	}

}
