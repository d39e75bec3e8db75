/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.diagnostics;

import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException.Problem;

/**
 * Reports a wrong configuration: which key, what is wrong, what to write.
 */
final class InvalidOAuthClientFailureAnalyzer extends AbstractFailureAnalyzer<InvalidOAuthClientException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidOAuthClientException cause) {
		return new FailureAnalysis(
				"The configuration of the OAuth2 clients is wrong:\n\n"
						+ lines(cause, (problem) -> problem.key() + " " + problem.problem()),
				"Correct the configuration:\n\n" + lines(cause, (problem) -> problem.key() + ": " + problem.remedy()),
				cause);
	}

	private static String lines(InvalidOAuthClientException cause, Function<Problem, String> line) {
		return cause.problems()
			.stream()
			.map((problem) -> "    - " + line.apply(problem) + ".")
			.collect(Collectors.joining("\n"));
	}

}
