/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls on an event loop, on which BlockHound lets nothing block.
 */
class EventLoopTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.base-url=" + this.api.url("/v1"));

	@BeforeAll
	static void letNothingBlock() {
		BlockHound.install();
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	private static <T> T onEventLoop(Mono<T> call) {
		return Mono.defer(() -> call).subscribeOn(Schedulers.parallel()).block(Duration.ofSeconds(30));
	}

	private static int call(ApplicationContext context) {
		WebClient client = context.getBean(WebClient.class);
		return onEventLoop(Mono.defer(() -> client.post()
			.uri("/x")
			.bodyValue("payload")
			.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()))));
	}

	@Test
	void whatBlocksIsFound() {
		assertThatException().isThrownBy(() -> onEventLoop(Mono.fromCallable(() -> {
			return new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
		}))).withRootCauseInstanceOf(BlockingOperationError.class);
	}

	@Test
	void aCallDoesNotBlockWithoutATokenNorWithOne() {
		this.runner.run((context) -> {
			assertThat(call(context)).isEqualTo(200);
			assertThat(call(context)).isEqualTo(200);
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@Test
	void aCallDoesNotBlockWhileItsTokenIsReplaced() {
		this.tokenEndpoint.script(Script.json(200,
				"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":1}"));
		this.runner.run((context) -> Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			assertThat(call(context)).isEqualTo(200);
			return this.tokenEndpoint.requests().size() > 1;
		}));
	}

	@Test
	void aCallThatIsRepeatedDoesNotBlock() {
		this.api.script((request, socket) -> Script
			.json("Bearer canary-2".equals(request.header("Authorization")) ? 200 : 401, "{}")
			.answer(request, socket));
		this.runner.run((context) -> {
			assertThat(call(context)).isEqualTo(200);
			assertThat(this.api.requests()).hasSize(2);
		});
	}

	@Test
	void theBlockingManagerIsRefusedUnlessATokenIsThere() {
		this.runner.run((context) -> {
			OAuth2AuthorizedClientManager manager = context.getBean(OAuth2AuthorizedClientManager.class);
			Mono<String> token = Mono.fromCallable(() -> manager
				.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("default").principal("anybody").build())
				.getAccessToken()
				.getTokenValue());
			assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> onEventLoop(token))
				.withMessageContaining("there is no token at hand, and the calling thread must not wait for one")
				.withMessageContaining("use the WebClient");
			assertThat(call(context)).isEqualTo(200);
			assertThat(onEventLoop(token)).isEqualTo("canary-1");
		});
	}

}
