/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import io.github.outboundauth.token.TokenFailure;

/**
 * Carries a failure through the HTTP client, past the handlers that would put the answer
 * into a message. Never leaves this package.
 */
final class TokenEndpointException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient TokenFailure failure;

	TokenEndpointException(TokenFailure failure) {
		super(failure.message(), null, false, false);
		this.failure = failure;
	}

	TokenFailure failure() {
		return this.failure;
	}

}
