/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import org.awaitility.Awaitility;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BearerTokenExchangeFilterTests {

	private final BearerFixture fixture = new BearerFixture();

	private final BearerTokenExchangeFilter filter = new BearerTokenExchangeFilter(this.fixture.tokens(true, true));

	@AfterEach
	void close() {
		this.fixture.close();
	}

	private WebClient client(BearerTokenExchangeFilter filter) {
		return WebClient.builder().baseUrl(this.fixture.api.url("")).filter(filter).build();
	}

	private ResponseEntity<String> get(WebClient client) {
		return client.get().uri("/x").exchangeToMono((response) -> response.toEntity(String.class)).block();
	}

	@Test
	void attachesTokensForOneMoreOrigin() {
		get(client(this.filter.allowing(Map.of("billing", URI.create(this.fixture.foreign.url("/v1"))))
			.forRegistration("billing")).mutate().baseUrl(this.fixture.foreign.url("")).build());
		assertThat(this.fixture.foreign.requests()).singleElement()
			.extracting((request) -> request.header("Authorization"))
			.isEqualTo("Bearer canary-billing-1");
	}

	@Test
	void refusesOneMoreOriginForAnUnknownRegistration() {
		Map<String, URI> urls = Map.of("biling", URI.create("https://api.example.com"));
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> this.filter.allowing(urls))
			.withMessageContaining("No OAuth2 client 'biling' is configured. Known: [billing, crm].");
	}

	@Test
	void doesNotReplayABodyThatCanBeSentOnlyOnceButFetchesForTheNextCall() {
		WebClient client = client(this.filter.forRegistration("billing"));
		this.fixture.apiAccepts("canary-billing-2");
		ResponseEntity<String> response = client.post()
			.uri("/x")
			.body(BodyInserters.fromPublisher(Flux.just("a", "b").hide(), String.class))
			.exchangeToMono((first) -> first.toEntity(String.class))
			.block();
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(this.fixture.api.requests()).hasSize(1);
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
	}

	@Test
	void staysOnTheCallersThreadWhenTheTokenIsThere() {
		BearerTokenExchangeFilter filter = this.filter.forRegistration("billing");
		get(client(filter));
		Thread[] thread = new Thread[1];
		filter.andThen((request, next) -> {
			thread[0] = Thread.currentThread();
			return next.exchange(request);
		})
			.filter(ClientRequest.create(HttpMethod.GET, URI.create(this.fixture.api.url("/x"))).build(),
					(request) -> Mono.empty())
			.block();
		assertThat(thread[0]).isSameAs(Thread.currentThread());
	}

	@Test
	void doesNotBlockAnEventLoopWhenTheTokenIsNotThere() {
		// Schedulers.parallel() refuses to block, like an event loop.
		Mono<String> call = Mono
			.defer(() -> client(this.filter.forRegistration("billing")).get()
				.uri("/x")
				.retrieve()
				.bodyToMono(String.class))
			.subscribeOn(Schedulers.parallel());
		StepVerifier.create(call).expectNext("\"ok\"").expectComplete().verify(Duration.ofSeconds(10));
	}

	@Test
	void cancellingACallDoesNotTouchTheOthers() {
		WebClient client = client(this.filter.forRegistration("billing"));
		client.get().uri("/x").retrieve().toBodilessEntity().subscribe().dispose();
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.fetches).hasValue(1);
	}

	@Test
	void manyReplaysLeaveNoConnectionBehind() {
		// A pool of one connection would stand still after the first response that is not
		// released.
		ConnectionProvider pool = ConnectionProvider.create("one", 1);
		WebClient client = client(this.filter.forRegistration("billing")).mutate()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(pool)))
			.build();
		this.fixture.apiAccepts("none");
		for (int i = 0; i < 20; i++) {
			assertThat(client.get()
				.uri("/x")
				.exchangeToMono((response) -> response.toEntity(String.class))
				.block(Duration.ofSeconds(10))
				.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		}
		pool.dispose();
	}

	@Test
	void sendsNothingWithoutATokenWhenAnExchangeEndsWithoutAResponse() {
		BearerTokenExchangeFilter filter = this.filter.forRegistration("billing");
		List<String> sent = new ArrayList<>();
		ClientRequest request = ClientRequest.create(HttpMethod.GET, URI.create(this.fixture.api.url("/x"))).build();
		for (int i = 0; i < 2; i++) {
			filter.filter(request, (authorized) -> {
				sent.add(authorized.headers().getFirst("Authorization"));
				return Mono.empty();
			}).block();
		}
		assertThat(sent).containsExactly("Bearer canary-billing-1", "Bearer canary-billing-1");
	}

	@Test
	void cancellingWhileAnotherTokenIsFetchedReleasesTheFirstResponse() throws Exception {
		BearerTokenExchangeFilter filter = this.filter.forRegistration("billing");
		get(client(filter));
		CountDownLatch fetching = this.fixture.holdFetches();
		AtomicBoolean released = new AtomicBoolean();
		ClientRequest request = ClientRequest.create(HttpMethod.GET, URI.create(this.fixture.api.url("/x"))).build();
		Flux<DataBuffer> body = Flux.<DataBuffer>empty().doOnSubscribe((subscription) -> released.set(true));
		Disposable call = filter
			.filter(request,
					(authorized) -> Mono.just(ClientResponse.create(HttpStatus.UNAUTHORIZED).body(body).build()))
			.subscribe();
		fetching.await();
		assertThat(released).isFalse();
		call.dispose();
		assertThat(released).isTrue();
		this.fixture.releaseFetches();
	}

	@Test
	void asksForTheTokenAnewWhenTheExchangeIsSubscribedToAgain() {
		BearerTokenExchangeFilter filter = new BearerTokenExchangeFilter(this.fixture.tokens(false, true))
			.forRegistration("billing");
		List<String> sent = new ArrayList<>();
		ClientRequest request = ClientRequest.create(HttpMethod.GET, URI.create(this.fixture.api.url("/x"))).build();
		Mono<HttpStatusCode> exchange = filter.filter(request, (authorized) -> {
			String token = authorized.headers().getFirst("Authorization");
			sent.add(token);
			return Mono.just(ClientResponse
				.create(token.equals("Bearer canary-billing-1") ? HttpStatus.UNAUTHORIZED : HttpStatus.OK)
				.build());
		}).map(ClientResponse::statusCode);
		exchange.block();
		Awaitility.await().until(() -> exchange.block().equals(HttpStatus.OK));
		assertThat(sent).contains("Bearer canary-billing-2");
	}

	@Test
	void refusesAUrlWithoutAScheme() {
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> WebClient.builder()
				.filter(this.filter.forRegistration("billing"))
				.build()
				.get()
				.uri("//evil.example/x")
				.retrieve()
				.toBodilessEntity()
				.block())
			.withMessageContaining("the request has no host");
	}

}
