/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.List;
import java.util.stream.Collectors;

import io.github.outboundauth.autoconfigure.properties.Problems.Problem;

/**
 * The configuration under {@code oauth.client} is wrong.
 */
final class InvalidOAuthClientException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Problem> problems;

	InvalidOAuthClientException(List<Problem> problems) {
		super(problems.stream()
			.map((problem) -> problem.key() + " " + problem.problem() + ". " + problem.remedy() + ".")
			.collect(Collectors.joining(" ")));
		this.problems = problems;
	}

	List<Problem> problems() {
		return this.problems;
	}

}
