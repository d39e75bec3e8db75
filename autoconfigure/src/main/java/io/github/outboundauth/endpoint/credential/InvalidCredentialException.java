/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

/**
 * A secret, key, certificate or assertion cannot be used. It has no cause: those of
 * parsers may quote what they read.
 */
public final class InvalidCredentialException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	/**
	 * Create an exception.
	 * @param problem what is wrong; a sentence without its subject and without full stop,
	 * nothing secret
	 * @param remedy what to do instead, without full stop
	 */
	public InvalidCredentialException(String problem, String remedy) {
		super(problem + "; " + remedy);
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * What is wrong: a sentence without its subject, such as "is a public key".
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What to do instead.
	 */
	public String remedy() {
		return this.remedy;
	}

}
