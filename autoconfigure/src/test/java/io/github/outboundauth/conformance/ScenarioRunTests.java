/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A scenario that does not hold is reported.
 */
class ScenarioRunTests {

	private static void run(Face.Kind face, String steps) {
		String text = "scenario: S\ncovers: L-01\nfaces: " + RecordBinder.keyOf(face) + "\nsteps: " + steps;
		new ScenarioRun(ScenarioFile.parse("some.yaml", text).scenarios().get(0), face, 0.5).run();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[ { call: {} }, { call: { expect: { token: B } } } ]            | step 2 (call): expected token: B, but saw { token: token-1, status: 200, waited: false }
					[ { call: { expect: { waited: false } } } ]                     | step 1 (call): expected waited: false, but saw { token: token-1, status: 200, waited: true }
					[ { call: { expect: { fails: lasting } } } ]                    | step 1 (call): expected a call that fails: lasting, but saw { token: token-1, status: 200, waited: true }
					[ { authorization-server: { hangs: true } }, { call: {} } ]     | step 2 (call): expected the call to have ended, but it is pending
					[ { call: { name: a } }, { pending: a } ]                       | step 2 (pending): expected the call to be pending, but it ended: { token: token-1
					[ { call: {} }, { expect: { token-requests: { at-least: 2, at-most: 3 } } } ] | step 2 (expect): expected token-requests: from 2 to 3, but saw 1
					[ { call: {} }, { expect: { told: { obtained: 0 } } } ]         | step 2 (expect): expected told.obtained: 0, but saw 1
					[ { call: { every: 1h, during: 2h } }, { call: { every: 2s, during: 4s, expect: { token: none } } } ] | step 2 (call): after 0s: expected token: none
					[ { cancel: nobody } ]                                          | step 1 (cancel): there is no call 'nobody'
					""")
	void saysWhatWasExpectedAndWhatWasSeen(String steps, String message) {
		for (Face.Kind face : Face.Kind.values()) {
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> run(face, steps))
				.withMessageStartingWith(message);
		}
	}

	@ParameterizedTest
	@EnumSource
	void saysThatACallFailed(Face.Kind face) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> run(face, "[ { authorization-server: { error: invalid_scope } }, { call: {} } ]"))
			.withMessageStartingWith("step 2 (call): expected status: 200, but saw { token: null, fails: lasting (")
			.withMessageContaining("invalid_scope");
	}

}
