/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole way, against Spring Authorization Server.
 */
class AuthorizationServerTests {

	/** A token that lives an hour, and is to be replaced after a second. */
	private static final Script TO_BE_REPLACED = Script.json(200,
			"{\"access_token\":\"first\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":1}");

	private static AuthorizationServer server;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations());

	@BeforeAll
	static void start() {
		server = AuthorizationServer.start(0, Duration.ofMinutes(5));
	}

	@BeforeEach
	void forget() {
		server.tokenRequests();
	}

	@AfterAll
	static void close() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_basic", "client-secret-post" })
	void callsAProtectedApi(String method) {
		this.runner.withPropertyValues(server.clientProperties())
			.withPropertyValues("oauth.client.client-authentication-method=" + method)
			.run((context) -> {
				String items = context.getBean(WebClient.class)
					.get()
					.uri("/inventory/items")
					.retrieve()
					.bodyToMono(String.class)
					.block();
				assertThat(items).isEqualTo("{\"apples\":3}");
				assertThat(
						context.getBean(RestClient.class).get().uri("/inventory/items").retrieve().body(String.class))
					.isEqualTo(items);
				assertThat(server.tokenRequests()).hasSize(1);
			});
	}

	@Test
	void tenThousandColdCallersMakeOneTokenRequest() {
		this.runner.withPropertyValues(server.clientProperties()).run((context) -> {
			TokenSource source = context.getBean(TokenSources.class).get("default");
			Set<String> tokens = ConcurrentHashMap.newKeySet();
			Callers callers = new Callers(10_000, (number) -> tokens
				.add(((number % 2 == 0) ? source.await() : source.token().toCompletableFuture().join()).value()));
			callers.callAllAtOnce();
			assertThat(callers.failures()).isEmpty();
			assertThat(tokens).hasSize(1);
			assertThat(server.tokenRequests()).hasSize(1);
		});
	}

	@Test
	void tenThousandReactiveCallersMakeOneTokenRequest() {
		// Without a network: ten thousand connections are another test.
		this.runner.withPropertyValues(server.clientProperties()).run((context) -> {
			WebClient client = context.getBean(WebClient.class)
				.mutate()
				.exchangeFunction((request) -> Mono.just(ClientResponse.create(HttpStatus.OK)
					.header("X-Seen", request.headers().getFirst("Authorization"))
					.build()))
				.build();
			Set<String> seen = Flux.range(0, 10_000)
				.flatMap((number) -> client.get().uri("/inventory/items").retrieve().toBodilessEntity(), 10_000)
				.map((response) -> response.getHeaders().getFirst("X-Seen"))
				.collect(Collectors.toSet())
				.block();
			assertThat(seen).singleElement().asString().startsWith("Bearer ");
			assertThat(server.tokenRequests()).hasSize(1);
		});
	}

	@Test
	void aRevokedTokenHealsInOneCall() {
		this.runner.withPropertyValues(server.clientProperties()).run((context) -> {
			RestClient client = context.getBean(RestClient.class);
			client.get().uri("/inventory/items").retrieve().toBodilessEntity();
			AccessToken token = context.getBean(TokenSources.class).get("default").await();
			server.revoke(token.value());
			assertThat(client.get().uri("/inventory/items").retrieve().toBodilessEntity().getStatusCode())
				.isEqualTo(HttpStatus.OK);
			assertThat(server.tokenRequests()).hasSize(2);
			server.revoke(context.getBean(TokenSources.class).get("default").await().value());
			assertThat(context.getBean(WebClient.class)
				.get()
				.uri("/inventory/items")
				.retrieve()
				.toBodilessEntity()
				.block()
				.getStatusCode()).isEqualTo(HttpStatus.OK);
			assertThat(server.tokenRequests()).hasSize(1);
		});
	}

	@Test
	void aRestartOfTheAuthorizationServerGoesUnnoticedWhileTheTokenLives() {
		ScriptedServer before = new ScriptedServer(TO_BE_REPLACED);
		int port = Integer.parseInt(before.address().split(":")[1]);
		try (before; ScriptedServer api = new ScriptedServer(Script.json(200, "{}"))) {
			this.runner.withPropertyValues(server.clientProperties())
				.withPropertyValues("oauth.client.token-uri=" + before.url("/oauth2/token"),
						"oauth.client.base-url=" + api.url(""))
				.run((context) -> {
					RestClient client = context.getBean(RestClient.class);
					Runnable call = () -> client.get().uri("/x").retrieve().toBodilessEntity();
					call.run();
					before.close();
					call.run();
					try (AuthorizationServer after = AuthorizationServer.start(port, Duration.ofMinutes(5))) {
						Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
							call.run();
							return !after.tokenRequests().isEmpty();
						});
					}
					assertThat(api.requests())
						.allSatisfy((request) -> assertThat(request.header("Authorization")).startsWith("Bearer "));
				});
		}
	}

	@Test
	void nobodyWaitsWhileATokenIsReplaced() {
		try (ScriptedServer slow = new ScriptedServer(TO_BE_REPLACED)) {
			slow.script((request, socket) -> {
				if (slow.requests().size() == 1) {
					TO_BE_REPLACED.answer(request, socket);
				}
				else {
					assertThat(socket.getInputStream().read()).isNegative();
				}
			});
			this.runner.withPropertyValues(server.clientProperties())
				.withPropertyValues("oauth.client.token-uri=" + slow.url("/token"))
				.run((context) -> {
					TokenSource source = context.getBean(TokenSources.class).get("default");
					assertThat(source.await().value()).isEqualTo("first");
					Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
						assertThat(source.current()).isNotNull();
						return slow.requests().size() == 2;
					});
					Callers callers = new Callers(1_000, (number) -> assertThat(source.current()).isNotNull());
					callers.callAllAtOnce();
					assertThat(callers.failures()).isEmpty();
					assertThat(slow.requests()).hasSize(2);
				});
		}
	}

}
