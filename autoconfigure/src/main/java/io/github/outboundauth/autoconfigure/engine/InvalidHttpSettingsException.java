/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

/**
 * An HTTP client cannot be made as it is configured.
 */
public final class InvalidHttpSettingsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String key;

	private final String problem;

	private final String remedy;

	/**
	 * Create an exception.
	 * @param key the configuration key, relative to the registration
	 * @param problem what is wrong; a sentence without its subject, never a secret
	 * @param remedy what to do instead
	 */
	public InvalidHttpSettingsException(String key, String problem, String remedy) {
		super(key + " " + problem + ". " + remedy + ".");
		this.key = key;
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * The configuration key, relative to the registration, such as
	 * {@code http.ssl.bundle}.
	 */
	public String key() {
		return this.key;
	}

	/**
	 * What is wrong: a sentence without its subject.
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
