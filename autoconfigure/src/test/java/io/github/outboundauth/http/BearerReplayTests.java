/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

import io.github.outboundauth.http.BearerPolicy.TokenHeader;
import io.github.outboundauth.http.BearerSurface.Call;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What filter and interceptor make of a 401: they can repeat a call.
 */
@ParameterizedClass
@EnumSource(mode = Mode.EXCLUDE, names = "REQUEST_FACTORY")
class BearerReplayTests {

	@Parameter
	private BearerSurface surface;

	private final BearerFixture fixture = new BearerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	private Function<Call, ResponseEntity<String>> client() {
		return this.surface.client(this.fixture.tokens(true, true), "billing");
	}

	private Call get() {
		return Call.get(this.fixture.api.url("/x"));
	}

	@Test
	void replaysOnceWithAFreshTokenAfterA401() {
		this.fixture.apiAccepts("canary-billing-2");
		ResponseEntity<String> response = client().apply(Call.post(this.fixture.api.url("/x"), "payload"));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
		assertThat(this.fixture.api.requests()).extracting(Request::body).containsExactly("payload", "payload");
		assertThat(this.fixture.fetches).hasValue(2);
	}

	@Test
	void replaysInTheWayOfTheApi() {
		this.fixture.api.script(
				(request, socket) -> Script.json("canary-billing-2".equals(request.header("X-Token")) ? 200 : 401, "{}")
					.answer(request, socket));
		Function<Call, ResponseEntity<String>> client = this.surface.client(
				this.fixture
					.tokens(new BearerPolicy(this.fixture.origins(), true, true, new TokenHeader("X-Token", ""))),
				"billing");
		assertThat(client.apply(get()).getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(this.fixture.api.requests()).extracting((request) -> request.headers().get("X-Token"))
			.containsExactly(List.of("canary-billing-1"), List.of("canary-billing-2"));
	}

	@Test
	void returnsTheSecond401Untouched() {
		this.fixture.apiAccepts("none");
		ResponseEntity<String> response = client().apply(get());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void boundsTheTokenRequestsOfAnApiThatRefusesEverything() {
		this.fixture.apiAccepts("none");
		Function<Call, ResponseEntity<String>> client = client();
		long begin = System.nanoTime();
		for (int i = 0; i < 50; i++) {
			assertThat(client.apply(get()).getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
		}
		long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
		assertThat(this.fixture.fetches.get()).as("three, and one more every ten seconds")
			.isLessThanOrEqualTo(3 + (int) (seconds / 10));
	}

	@Test
	void returnsTheFirst401UntouchedIfThereIsNoOtherToken() {
		Function<Call, ResponseEntity<String>> client = client();
		client.apply(get());
		this.fixture.apiAccepts("none");
		this.fixture.authorizationServerDown = true;
		ResponseEntity<String> response = client.apply(get());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void doesNotReplayWithTheSameToken() {
		this.fixture.sameTokenAgain = true;
		this.fixture.apiAccepts("none");
		client().apply(get());
		assertThat(this.fixture.api.requests()).hasSize(1);
	}

	@Test
	void doesNotReplayIfThatIsSwitchedOffButFetchesForTheNextCall() {
		Function<Call, ResponseEntity<String>> client = this.surface.client(this.fixture.tokens(false, true),
				"billing");
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(client.apply(get()).getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
		assertThat(client.apply(get()).getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

}
