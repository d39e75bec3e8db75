/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what a {@link TestAuthorizationServer} answers and remembers.
 */
class TestAuthorizationServerTests {

	private static final String FORM = "application/x-www-form-urlencoded";

	private final TestAuthorizationServer server = new TestAuthorizationServer();

	private final HttpClient http = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void answersWithAnotherTokenEachTime() throws Exception {
		HttpResponse<String> response = post("grant_type=client_credentials");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.body())
			.isEqualTo("{\"access_token\":\"issued-token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
		assertThat(post("grant_type=client_credentials").body()).contains("\"issued-token-2\"");
	}

	@Test
	void answersTheNextRequestsAsTheScriptSays() throws Exception {
		this.server.answerNext(TokenAnswer.error(400, "invalid_scope"), TokenAnswer.token(Duration.ofMinutes(1)));
		assertThat(post("").body()).isEqualTo("{\"error\":\"invalid_scope\"}");
		assertThat(post("").body()).contains("\"expires_in\":60");
		assertThat(post("").body()).contains("\"expires_in\":3600");
	}

	@Test
	void answersAlikeUntilItIsToldOtherwise() throws Exception {
		this.server.answer(TokenAnswer.status(503).withRetryAfter(Duration.ofSeconds(7)));
		for (int i = 0; i < 2; i++) {
			HttpResponse<String> response = post("");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.body()).isEmpty();
			assertThat(response.headers().firstValue("Retry-After")).contains("7");
		}
		this.server.answer(TokenAnswer.token());
		assertThat(post("").statusCode()).isEqualTo(200);
	}

	@Test
	void putsATokenIntoAnyBody() throws Exception {
		this.server.answer(TokenAnswer.of(201, "text/plain", "access_token={token}&expires_in=5"));
		HttpResponse<String> response = post("");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
		assertThat(response.body()).isEqualTo("access_token=issued-token-1&expires_in=5");
	}

	@Test
	void answersLate() throws Exception {
		this.server.answerNext(TokenAnswer.token().after(Duration.ofMillis(200)));
		long start = System.nanoTime();
		assertThat(post("").statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
	}

	@Test
	void closesWithoutWaitingForLateAnswers() {
		this.server.answerNext(TokenAnswer.token().after(Duration.ofHours(1)));
		CompletableFuture<?> answer = this.http.sendAsync(request("").build(), BodyHandlers.ofString());
		await().until(() -> !this.server.tokenRequests().isEmpty());
		this.server.close();
		assertThatExceptionOfType(Exception.class).isThrownBy(answer::join).withCauseInstanceOf(IOException.class);
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> post(""));
	}

	@Test
	void acceptsItsTokensUntilTheyAreRevoked() throws Exception {
		post("");
		assertThat(this.server.accepts("Bearer issued-token-1")).isTrue();
		assertThat(this.server.accepts("Basic issued-token-1")).isFalse();
		assertThat(this.server.accepts("Bearer issued-token-2")).isFalse();
		assertThat(this.server.accepts(null)).isFalse();
		this.server.revokeTokens();
		assertThat(this.server.accepts("Bearer issued-token-1")).isFalse();
		post("");
		assertThat(this.server.accepts("Bearer issued-token-2")).isTrue();
	}

	@Test
	void remembersWhatItWasAsked() throws Exception {
		post("grant_type=client_credentials&scope=a+b&resource=x&resource=y&client_id=orders&client_secret=canary");
		ReceivedTokenRequest request = this.server.tokenRequests().get(0);
		assertThat(request.clientId()).isEqualTo("orders");
		assertThat(request.parameter("scope")).isEqualTo("a b");
		assertThat(request.parameters().get("resource")).containsExactly("x", "y");
		assertThat(request.parameter("client_secret")).isEqualTo("canary");
		assertThat(request.parameter("audience")).isNull();
		assertThat(request.headers().getFirst("Content-Type")).isEqualTo(FORM);
		assertThat(request.token()).isEqualTo("issued-token-1");
		assertThat(request).hasToString("ReceivedTokenRequest[clientId=orders, "
				+ "parameters={grant_type=[client_credentials], scope=[a b], resource=[x, y]}]");
	}

	@Test
	void readsParametersOfTheUrl() throws Exception {
		this.http.send(HttpRequest.newBuilder(URI.create(this.server.tokenUri() + "?scope=a")).build(),
				BodyHandlers.discarding());
		assertThat(this.server.tokenRequests().get(0).parameter("scope")).isEqualTo("a");
	}

	@Test
	void knowsTheClientByItsHeader() throws Exception {
		String credentials = Base64.getEncoder().encodeToString("or%3Aders:canary".getBytes(StandardCharsets.UTF_8));
		this.http.send(request("").header("Authorization", "Basic " + credentials).build(), BodyHandlers.discarding());
		ReceivedTokenRequest request = this.server.tokenRequests().get(0);
		assertThat(request.clientId()).isEqualTo("or:ders");
		assertThat(request.toString()).doesNotContain("canary", credentials);
	}

	@Test
	void knowsTheClientByItsAssertion() throws Exception {
		String assertion = new PlainJWT(new JWTClaimsSet.Builder().subject("orders").build()).serialize();
		post("client_assertion=" + assertion);
		ReceivedTokenRequest request = this.server.tokenRequests().get(0);
		assertThat(request.clientId()).isEqualTo("orders");
		assertThat(request.toString()).doesNotContain(assertion);
		post("client_assertion=canary");
		assertThat(this.server.tokenRequests().get(1).clientId()).isNull();
	}

	@Test
	void remembersNoTokenWhereItGaveNone() throws Exception {
		this.server.answer(TokenAnswer.status(500));
		post("");
		assertThat(this.server.tokenRequests().get(0).token()).isNull();
		assertThat(this.server.tokenRequests().get(0).clientId()).isNull();
	}

	@Test
	void describesItselfAsAnIssuer() throws Exception {
		for (String path : new String[] { "/.well-known/openid-configuration",
				"/.well-known/oauth-authorization-server" }) {
			HttpRequest request = HttpRequest.newBuilder(URI.create(this.server.issuerUri() + path)).build();
			assertThat(this.http.send(request, BodyHandlers.ofString()).body()).isEqualTo("{\"issuer\":\""
					+ this.server.issuerUri() + "\",\"token_endpoint\":\"" + this.server.tokenUri() + "\"}");
		}
		assertThat(this.server.tokenRequests()).isEmpty();
	}

	private HttpResponse<String> post(String form) throws Exception {
		return this.http.send(request(form).build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String form) {
		return HttpRequest.newBuilder(URI.create(this.server.tokenUri()))
			.header("Content-Type", FORM)
			.POST(BodyPublishers.ofString(form));
	}

}
