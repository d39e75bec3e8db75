/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration under {@code oauth.client} is wrong.
 */
public final class InvalidOAuthClientException extends RuntimeException {

	/** What keys come from that are set in code. */
	public static final String CUSTOMIZER = "OAuthClientCustomizer";

	private static final long serialVersionUID = 1L;

	private final transient List<Problem> problems;

	/**
	 * Create an exception.
	 * @param problems all that is wrong, so that it is reported at once
	 */
	public InvalidOAuthClientException(List<Problem> problems) {
		super(problems.stream()
			.map((problem) -> problem.key() + " " + problem.problem() + ". " + problem.remedy() + ".")
			.collect(Collectors.joining(" ")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * All that is wrong.
	 * @return the problems
	 */
	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * One thing that is wrong.
	 *
	 * @param key the full configuration key
	 * @param problem what is wrong; a sentence without its subject, never a secret
	 * @param remedy what to write instead
	 */
	public record Problem(String key, String problem, String remedy) {

	}

}
