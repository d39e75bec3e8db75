/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class BearerChallengesTests {

	private static boolean isRejection(String... headers) {
		HttpHeaders response = new HttpHeaders();
		for (String header : headers) {
			response.add("WWW-Authenticate", header);
		}
		return BearerAccess.isRejection(401, response);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer error=\"insufficient_scope\"", "bearer ERROR = insufficient_scope",
			"BEARER realm=\"a\",error=\"insufficient_scope\",scope=\"b c\"",
			"Basic realm=\"a, b\", Bearer realm=\"c\", error=\"insufficient_scope\"",
			"Negotiate YWJj==, Bearer error=insufficient_scope", "DPoP algs=\"ES256\",Bearer\terror=insufficient_scope",
			",,Bearer ,realm=\"\\\"\", ,error=insufficient_scope", "Bearer error=\"insufficient_scope",
			"Bearer error=invalid_token, Bearer error=insufficient_scope" })
	void insufficientScopeIsNoRejection(String header) {
		assertThat(isRejection(header)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Bearer", "Bearer error=\"invalid_token\"", "Basic realm=\"insufficient_scope\"",
			"Bearer realm=\"error=insufficient_scope\"", "Bearer realm=\"a, error=insufficient_scope\"",
			"Bearer realm=\"\\\", error=insufficient_scope\"", "Bearer error_description=\"insufficient_scope\"",
			"Bearer error=invalid_token, error_description=\"not insufficient_scope\"",
			"DPoP error=\"insufficient_scope\"", "Bearer realm=\"a\", DPoP error=\"insufficient_scope\"",
			"Bearerx error=insufficient_scope", "error=insufficient_scope", "insufficient_scope",
			"Bearer realm=\"a, error=insufficient_scope", "Bearer error=", "Bearer error=,", "Bearer error", "\"", "=",
			"Bearer error=\"", "Bearer realm=\"\\" })
	void anythingElseIsOne(String header) {
		assertThat(isRejection(header)).isTrue();
	}

	@Test
	void everyHeaderIsLookedAt() {
		assertThat(isRejection("DPoP error=\"invalid_token\"", "Bearer error=\"insufficient_scope\"")).isFalse();
		assertThat(isRejection("Bearer", "DPoP error=\"insufficient_scope\"")).isTrue();
		assertThat(isRejection()).isTrue();
	}

	@Test
	void noOtherStatusIsOne() {
		assertThat(BearerAccess.isRejection(403, new HttpHeaders())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "\"", "\\", "=", ",", " ", "a=\"b", "a=b,", "\"\\\"", "Bearer error=" })
	void aHugeHeaderIsReadInNoTime(String part) {
		String header = "Bearer x=" + part.repeat(64 * 1024 / part.length());
		assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThat(isRejection(header)).isTrue());
	}

}
