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
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.BearerTokens.NoRegistrationException;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ScriptedServer.Script;
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
	void attachesTheTokenOfItsRegistration() {
		WebClient client = client(this.filter.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void attachesTheTokenOfTheRegistrationThatTheRequestNames() {
		client(this.filter.forRegistration("billing")).get()
			.uri("/x")
			.attributes(ClientAttributes.clientRegistrationId("crm"))
			.retrieve()
			.toBodilessEntity()
			.block();
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-crm-1");
	}

	@Test
	void respectsTheHeaderOfTheCaller() {
		client(this.filter.forRegistration("billing")).get()
			.uri("/x")
			.header("Authorization", "Basic abc")
			.retrieve()
			.toBodilessEntity()
			.block();
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Basic abc");
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void refusesAForeignOriginBeforeAnythingIsSent() {
		WebClient client = client(this.filter.forRegistration("billing"));
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> client.get().uri(this.fixture.foreign.url("/x")).retrieve().toBodilessEntity().block())
			.withMessage(
					"OAuth2 client 'billing': the request to %s is outside the origins that may get its token [%s]. "
							+ "Add the line 'oauth.client.registration.billing.origins: %s' if it should get the token.",
					this.fixture.foreign.url(""), this.fixture.api.url(""), this.fixture.foreign.url(""));
		assertThat(this.fixture.foreign.requests()).isEmpty();
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void refusesAnUnknownRegistration() {
		assertThatExceptionOfType(UnknownRegistrationException.class)
			.isThrownBy(() -> this.filter.forRegistration("biling"))
			.withMessageContaining("No OAuth2 client 'biling' is configured. Known: [billing, crm].");
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> client(this.filter).get()
			.uri("/x")
			.attributes(ClientAttributes.clientRegistrationId("other"))
			.retrieve()
			.toBodilessEntity()
			.block());
	}

	@Test
	void refusesARequestThatNamesNoRegistrationIfItHasNoneItself() {
		assertThatExceptionOfType(NoRegistrationException.class).isThrownBy(() -> get(client(this.filter)))
			.withMessageContaining("The request names no OAuth2 client")
			.withMessageContaining("billing");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void replaysOnceWithAFreshTokenAfterA401() {
		WebClient client = client(this.filter.forRegistration("billing"));
		this.fixture.apiAccepts("canary-billing-2");
		ResponseEntity<String> response = client.post()
			.uri("/x")
			.bodyValue("payload")
			.retrieve()
			.toEntity(String.class)
			.block();
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
		assertThat(this.fixture.api.requests()).extracting((request) -> request.body())
			.containsExactly("payload", "payload");
		assertThat(this.fixture.fetches).hasValue(2);
	}

	@Test
	void returnsTheSecond401Untouched() {
		this.fixture.apiAccepts("none");
		ResponseEntity<String> response = get(client(this.filter.forRegistration("billing")));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void boundsTheTokenRequestsOfAnApiThatRefusesEverything() {
		this.fixture.apiAccepts("none");
		WebClient client = client(this.filter.forRegistration("billing"));
		for (int i = 0; i < 50; i++) {
			assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		}
		assertThat(this.fixture.fetches.get()).isLessThanOrEqualTo(3);
	}

	@Test
	void returnsTheFirst401UntouchedIfThereIsNoOtherToken() {
		WebClient client = client(this.filter.forRegistration("billing"));
		get(client);
		this.fixture.apiAccepts("none");
		this.fixture.authorizationServerDown = true;
		ResponseEntity<String> response = get(client);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void doesNotReplayWithTheSameToken() {
		this.fixture.sameTokenAgain = true;
		this.fixture.apiAccepts("none");
		get(client(this.filter.forRegistration("billing")));
		assertThat(this.fixture.api.requests()).hasSize(1);
	}

	@Test
	void doesNotReplayIfThatIsSwitchedOffButFetchesForTheNextCall() {
		WebClient client = client(
				new BearerTokenExchangeFilter(this.fixture.tokens(false, true)).forRegistration("billing"));
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void leavesTheTokenAloneWhenItsScopeIsInsufficient() {
		this.fixture.api.script((request, socket) -> Script.send(socket, 401,
				"WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\n", ""));
		WebClient client = client(this.filter.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void leavesTheTokenAloneAfterA403() {
		this.fixture.api.script(Script.json(403, "{}"));
		WebClient client = client(this.filter.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void failsWithoutACallIfNoTokenCanBeHad() {
		this.fixture.authorizationServerDown = true;
		WebClient client = client(this.filter.forRegistration("billing"));
		assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> get(client))
			.isInstanceOf(OAuth2AuthorizationException.class)
			.withMessageStartingWith(
					"OAuth2 client 'billing': the token request was refused. Check the credentials. [next-attempt=");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void sendsTheCallWithoutATokenIfThatIsAllowed() {
		this.fixture.authorizationServerDown = true;
		get(client(new BearerTokenExchangeFilter(this.fixture.tokens(true, false)).forRegistration("billing")));
		assertThat(this.fixture.tokensSeenByApi()).containsOnlyNulls().hasSize(1);
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
