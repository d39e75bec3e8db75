/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Registrations that ask for exactly the same token share it, and no others do.
 */
class SharedTokenTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner;

	@BeforeEach
	void configure() throws Exception {
		Files.writeString(this.directory.resolve("secret"), "canary");
		Files.writeString(this.directory.resolve("other-secret"), "canary");
		this.runner = new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("test.token-uri=" + this.tokenEndpoint.url("/token"),
					"test.directory=" + this.directory)
			.withPropertyValues(registration("billing"));
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	/**
	 * A registration that says all it can, so that each test changes one thing.
	 */
	private String[] registration(String id) {
		return keys(id, "token-uri=${test.token-uri}", "client-id=orders", "client-secret=canary", "scope=read,write",
				"audience=apis", "resource=https://apis.example.com", "parameters.tenant=acme", "headers.X-Tenant=acme",
				"base-url=" + this.api.url("/" + id));
	}

	private static String[] keys(String id, String... keys) {
		return Stream.of(keys).map((key) -> "oauth.client.registration." + id + "." + key).toArray(String[]::new);
	}

	/**
	 * The other registration, with further keys, and without those after a hyphen.
	 */
	private ApplicationContextRunner withMail(String... keys) {
		List<String> removed = Stream.of(keys)
			.filter((key) -> key.startsWith("- "))
			.map((key) -> "oauth.client.registration.mail." + key.substring(2) + "=")
			.toList();
		String[] all = Stream.of(registration("mail"))
			.filter((key) -> removed.stream().noneMatch(key::startsWith))
			.toArray(String[]::new);
		return this.runner.withPropertyValues(all)
			.withPropertyValues(
					keys("mail", Stream.of(keys).filter((key) -> !key.startsWith("- ")).toArray(String[]::new)));
	}

	private void call(TokenSources sources) {
		List.of("billing", "mail").forEach((id) -> sources.get(id).await());
	}

	@Test
	void oneTokenRequestServesThemAll() {
		withMail().run((context) -> {
			WebClient billing = context.getBean("billingWebClient", WebClient.class);
			RestClient mail = context.getBean("mailRestClient", RestClient.class);
			CompletableFuture<?> call = billing.get().uri("/a").retrieve().toBodilessEntity().toFuture();
			mail.get().uri("/b").retrieve().toBodilessEntity();
			call.join();
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
			assertThat(this.api.requests())
				.extracting((request) -> request.path() + " " + request.header("Authorization"))
				.containsExactlyInAnyOrder("/billing/a Bearer canary-1", "/mail/b Bearer canary-1");
		});
	}

	@Test
	void aTokenThatOneApiRefusesIsReplacedForAll() {
		this.api.script((request, socket) -> Script
			.json("Bearer canary-1".equals(request.header("Authorization")) ? 401 : 200, "{}")
			.answer(request, socket));
		withMail().run((context) -> {
			context.getBean("billingRestClient", RestClient.class).get().uri("/a").retrieve().toBodilessEntity();
			context.getBean("mailRestClient", RestClient.class).get().uri("/b").retrieve().toBodilessEntity();
			assertThat(this.tokenEndpoint.requests()).hasSize(2);
			assertThat(this.api.requests()).extracting((request) -> request.header("Authorization"))
				.containsExactly("Bearer canary-1", "Bearer canary-2", "Bearer canary-2");
		});
	}

	@Test
	void eachIsToldOfItsOwnFailure() {
		CountDownLatch bothWait = new CountDownLatch(1);
		this.tokenEndpoint.script((request, socket) -> {
			bothWait.await();
			Script.json(400, "{\"error\":\"invalid_scope\"}").answer(request, socket);
		});
		withMail().withPropertyValues("oauth.client.http.read-timeout=60s", "oauth.client.http.total-timeout=60s")
			.run((context) -> {
				TokenSources sources = context.getBean(TokenSources.class);
				CompletableFuture<?> billing = sources.get("billing").token().toCompletableFuture();
				CompletableFuture<?> mail = sources.get("mail").token().toCompletableFuture();
				bothWait.countDown();
				assertTold("billing", catchThrowable(billing::join).getCause());
				assertTold("mail", catchThrowable(mail::join).getCause());
				assertThat(this.tokenEndpoint.requests()).hasSize(1);
				assertTold("billing", catchThrowable(sources.get("billing")::await));
				assertTold("mail", catchThrowable(sources.get("mail")::await));
			});
	}

	private static void assertTold(String id, Throwable thrown) {
		assertThat(thrown).isInstanceOfSatisfying(TokenUnavailableException.class, (ex) -> {
			assertThat(ex.failure().registrationId()).isEqualTo(id);
			assertThat(ex).hasMessageStartingWith("OAuth2 client '" + id + "': ");
			assertThat(ex.getClientRegistrationId()).isEqualTo(id);
		});
	}

	@Test
	void theOneThatIsWantedAtStartBringsItForAll() {
		withMail()
			.withPropertyValues("oauth.client.registration.mail.startup=required",
					"oauth.client.registration.billing.startup=required")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.tokenEndpoint.requests()).hasSize(1);
			});
	}

	/**
	 * What is done with a token says nothing of how it is obtained, and a default may be
	 * written down.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "base-url=https://elsewhere.example.com", "origins=https://elsewhere.example.com",
			"api.read-timeout=9s", "replay-unauthorized=false", "require-token=false", "startup=eager",
			"allow-insecure-http=true", "http.connect-timeout=2s", "retry.max-attempts=3", "refresh.margin=30s",
			"response.accepted-token-types=Bearer", "basic-encoding=form", "share-token=true", "scope=write read" })
	void whatMakesNoOtherTokenIsShared(String key) {
		withMail(key).run((context) -> {
			call(context.getBean(TokenSources.class));
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "token-uri=${test.token-uri}?other", "- token-uri & issuer-uri=https://idp.example.com",
			"client-id=others", "client-secret=other-canary",
			"- client-secret & client-secret-location=${test.directory}/secret",
			"client-authentication-method=client_secret_post", "client-authentication-method=client_secret_basic",
			"authorization-grant-type=account_credentials", "basic-encoding=raw", "request-format=json", "scope=read",
			"scope-delimiter=;", "audience=others", "audience=apis,others", "resource=https://others.example.com",
			"parameters.tenant=other", "parameters.more=acme", "headers.X-Tenant=other", "headers.X-More=acme",
			"http.connect-timeout=3s", "http.read-timeout=3s", "http.total-timeout=9s", "http.max-response-size=8KB",
			"http.proxy.host=127.0.0.1 & http.proxy.port=3128", "response.default-token-type=Bearer",
			"response.accepted-token-types=Bearer,other", "response.members.access-token=token",
			"refresh.outage-tolerance=1m", "refresh.margin=1s", "refresh.default-lifetime=1m",
			"refresh.max-lifetime=1h", "refresh.keep-warm=true", "retry.max-attempts=2", "retry.backoff=1s",
			"retry.max-backoff=1s", "share-token=false" })
	void whatDiffersInOneThingIsNotShared(String key) {
		withMail(key.split(" & ")).run((context) -> {
			assertThat(context).hasNotFailed();
			TokenSources sources = context.getBean(TokenSources.class);
			sources.get("billing").await();
			assertThat(sources.get("mail").current()).isNull();
		});
	}

	@Test
	void credentialsInFilesAreSharedWhereTheFileIsTheSame() {
		String[] client = { "token-uri=${test.token-uri}", "client-id=files",
				"client-secret-location=${test.directory}/secret" };
		this.runner.withPropertyValues(keys("a", client))
			.withPropertyValues(keys("b", client))
			.withPropertyValues(keys("c", client))
			.withPropertyValues(keys("c", "client-secret-location=${test.directory}/other-secret"))
			.run((context) -> {
				TokenSources sources = context.getBean(TokenSources.class);
				assertThat(sources.get("a").await()).isSameAs(sources.get("b").await())
					.isNotSameAs(sources.get("c").await());
				assertThat(this.tokenEndpoint.requests()).hasSize(2);
			});
	}

	@Test
	void whoWantsATokenOfItsOwnLendsItToNobody() {
		withMail().withPropertyValues("oauth.client.registration.billing.share-token=false").run((context) -> {
			call(context.getBean(TokenSources.class));
			assertThat(this.tokenEndpoint.requests()).hasSize(2);
		});
	}

	@Test
	void sharingCanBeSwitchedOffForAll() {
		withMail().withPropertyValues("oauth.client.share-token=false").run((context) -> {
			call(context.getBean(TokenSources.class));
			assertThat(this.tokenEndpoint.requests()).hasSize(2);
		});
	}

}
