/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.util.ArrayList;
import java.util.List;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Assertions on the token of a call. What fails says whose token there is, and never
 * shows one.
 */
public final class CallAssert extends AbstractAssert<CallAssert, List<String>> {

	private static final String SCHEME = "Bearer ";

	private CallAssert(List<String> authorization) {
		super(authorization, CallAssert.class);
		withRepresentation((object) -> "******");
	}

	/**
	 * Assertions on a call as a client sends it. A token of
	 * {@link AutoConfigureTestTokens} in any other header than {@code Authorization}
	 * counts as other credentials.
	 * @param headers its headers, such as {@code ClientRequest.headers()} or
	 * {@code HttpRequest.getHeaders()}
	 * @return the assertions
	 */
	public static CallAssert assertThatCall(HttpHeaders headers) {
		List<String> credentials = new ArrayList<>();
		headers.forEach((name, values) -> {
			boolean standard = name.equalsIgnoreCase(HttpHeaders.AUTHORIZATION);
			values.stream()
				.filter((value) -> standard || (value != null && value.contains(TestTokens.PREFIX)))
				.forEach(credentials::add);
		});
		return new CallAssert(credentials);
	}

	/**
	 * Assertions on a call as a server recorded it.
	 * @param authorization its header {@code Authorization}; {@code null} for none
	 * @return the assertions
	 */
	public static CallAssert assertThatCall(@Nullable String authorization) {
		return new CallAssert((authorization != null) ? List.of(authorization) : List.of());
	}

	/**
	 * The call carries the token that {@link AutoConfigureTestTokens} gives to a
	 * registration.
	 * @param registrationId the registration id
	 * @return this
	 */
	public CallAssert carriesTokenOf(String registrationId) {
		return carries(TestTokens.of(registrationId), "the token of '" + registrationId + "'");
	}

	/**
	 * The call carries a certain token.
	 * @param token the token, as it follows {@code Bearer}
	 * @return this
	 */
	public CallAssert carriesToken(String token) {
		return carries(token, "a certain token");
	}

	/**
	 * The call carries no token and no other credentials.
	 * @return this
	 */
	public CallAssert carriesNoToken() {
		if (!this.actual.isEmpty()) {
			throw failure("Expected a call without a token, but it carries %s", found());
		}
		return this;
	}

	private CallAssert carries(String token, String expected) {
		if (!this.actual.equals(List.of(SCHEME + token))) {
			throw failure("Expected a call that carries %s, but it carries %s", expected, found());
		}
		return this;
	}

	/**
	 * What there is, as far as it may be printed.
	 */
	private String found() {
		if (this.actual.isEmpty()) {
			return "none";
		}
		if (this.actual.size() > 1) {
			return this.actual.size() + " headers with credentials";
		}
		String header = this.actual.get(0);
		String ofTest = SCHEME + TestTokens.PREFIX;
		if (header.startsWith(ofTest)) {
			return "that of '" + header.substring(ofTest.length()) + "'";
		}
		return header.startsWith(SCHEME) ? "another one" : "other credentials";
	}

}
