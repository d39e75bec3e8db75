/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with the configuration, so that all of it is reported at once.
 */
final class Problems {

	private final List<Problem> problems = new ArrayList<>();

	/**
	 * Take note of a problem.
	 * @param key the full configuration key
	 * @param problem what is wrong; a sentence without its subject, never a secret
	 * @param remedy what to write instead
	 */
	void add(String key, String problem, String remedy) {
		this.problems.add(new Problem(key, problem, remedy));
	}

	void throwIfAny() {
		if (!this.problems.isEmpty()) {
			throw new InvalidOAuthClientException(List.copyOf(this.problems));
		}
	}

	/**
	 * One thing that is wrong.
	 *
	 * @param key the full configuration key
	 * @param problem what is wrong
	 * @param remedy what to write instead
	 */
	record Problem(String key, String problem, String remedy) {

	}

}
