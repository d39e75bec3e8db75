/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.client.MockClientHttpRequest;

import static io.github.outboundauth.test.CallAssert.assertThatCall;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallAssert} and {@link TokenRequestMatchers}.
 */
class CallAssertTests {

	@Test
	void acceptsTheTokenOfTheRegistration() {
		assertThatCall("Bearer test-token-billing").carriesTokenOf("billing").carriesToken("test-token-billing");
		assertThatCall(headers("Bearer test-token-billing")).carriesTokenOf("billing");
	}

	@Test
	void acceptsACallWithoutToken() {
		assertThatCall((String) null).carriesNoToken();
		assertThatCall(new HttpHeaders()).carriesNoToken();
	}

	@ParameterizedTest
	@CsvSource({ "Bearer test-token-orders, that of 'orders'", "Bearer canary, another one",
			"Basic canary, other credentials", "bearer test-token-billing, other credentials", ", none" })
	void saysWhoseTokenACallCarriesInstead(String authorization, String found) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatCall(authorization).as("the call").carriesTokenOf("billing"))
			.withMessage("[the call] Expected a call that carries the token of 'billing', but it carries " + found);
	}

	@Test
	void saysThatACallCarriesAToken() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatCall("Bearer canary").carriesNoToken())
			.withMessage("Expected a call without a token, but it carries another one");
	}

	@Test
	void saysThatACallCarriesATokenInAnotherHeader() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-Token", "test-token-billing");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatCall(headers).carriesNoToken())
			.withMessage("Expected a call without a token, but it carries other credentials");
	}

	@Test
	void saysThatACallCarriesSeveral() {
		HttpHeaders headers = headers("Bearer test-token-billing");
		headers.add(HttpHeaders.AUTHORIZATION, "Bearer canary");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatCall(headers).carriesTokenOf("billing"))
			.withMessage(
					"Expected a call that carries the token of 'billing', but it carries 2 headers with credentials");
	}

	@Test
	void showsNoToken() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatCall("Bearer canary-1").carriesToken("canary-2"))
			.withMessage("Expected a call that carries a certain token, but it carries another one");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatCall("Bearer canary").isNull())
			.withMessageNotContaining("canary");
	}

	@Test
	void requestMatchersExpectTheSame() {
		MockClientHttpRequest request = new MockClientHttpRequest(HttpMethod.GET, URI.create("https://example.com"));
		assertThatCode(() -> TokenRequestMatchers.noToken().match(request)).doesNotThrowAnyException();
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> TokenRequestMatchers.tokenOf("billing").match(request))
			.withMessageEndingWith("it carries none");
		request.getHeaders().setBearerAuth(TestTokens.of("billing"));
		assertThatCode(() -> TokenRequestMatchers.tokenOf("billing").match(request)).doesNotThrowAnyException();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> TokenRequestMatchers.noToken().match(request))
			.withMessageEndingWith("that of 'billing'");
	}

	private static HttpHeaders headers(String authorization) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.AUTHORIZATION, authorization);
		return headers;
	}

}
