/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

/**
 * What callers see of a failure. Carries no stack trace and makes its message when asked,
 * so that a million of them are cheap.
 */
final class FailureException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient TokenFailure failure;

	FailureException(TokenFailure failure) {
		super(null, null, false, false);
		this.failure = failure;
	}

	@Override
	public String getMessage() {
		return this.failure.message();
	}

	TokenFailure failure() {
		return this.failure;
	}

}
