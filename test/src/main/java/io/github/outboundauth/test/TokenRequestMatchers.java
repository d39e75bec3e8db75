/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.springframework.test.web.client.RequestMatcher;

/**
 * What {@code MockRestServiceServer} may expect of the token of a request.
 */
public final class TokenRequestMatchers {

	private TokenRequestMatchers() {
	}

	/**
	 * Expects the token that {@link AutoConfigureTestTokens} gives to a registration.
	 * @param registrationId the registration id
	 * @return what to expect
	 */
	public static RequestMatcher tokenOf(String registrationId) {
		return (request) -> CallAssert.assertThatCall(request.getHeaders()).carriesTokenOf(registrationId);
	}

	/**
	 * Expects a call without a token.
	 * @return what to expect
	 */
	public static RequestMatcher noToken() {
		return (request) -> CallAssert.assertThatCall(request.getHeaders()).carriesNoToken();
	}

}
