/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.constructor.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Scenarios are read strictly.
 */
class ScenarioFileTests {

	private static final String HEAD = "scenario: S\ncovers: L-01\n";

	private static Scenario read(String text) {
		return ScenarioFile.parse("some.yaml", text).scenarios().get(0);
	}

	@Test
	void readsWhatAStepSays() {
		Scenario scenario = read(HEAD + "steps:\n  - call: { expect: { next-attempt-in: 5s } }\n  - close\n");
		Scenario.Call call = (Scenario.Call) scenario.steps().get(0).details();
		assertThat(call.times()).isOne();
		assertThat(call.expect().nextAttemptIn()).isEqualTo(new Bounds<>(Duration.ofSeconds(5), Duration.ofSeconds(5)));
		assertThat(scenario.steps().get(1).action()).isEqualTo(Scenario.Action.CLOSE);
		assertThat(scenario.faces()).containsExactlyInAnyOrder(Face.Kind.values());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					steps: [ { call: { expct: {} } } ]                    | steps[1].call: unknown key 'expct'; known are [name,
					steps: [ { sleep: 5s } ]                              | steps[1]: unknown value 'sleep'; known are [call,
					steps: [ { close: {}, advance: 5s } ]                 | steps[1]: a step is one thing, not [close, advance]
					steps: [ { advance: } ]                               | steps[1].advance: has no value
					steps: [ { advance: 50 } ]                            | steps[1].advance: '50' is no duration
					steps: [ { call: { times: many } } ]                  | steps[1].call.times: 'many' is no integer
					steps: [ { call: { every: 1s } } ]                    | steps[1].call: 'every' and 'during' need each other
					steps: [ { expect: { api-calls: 1 } } ]               | 'S' needs an API: add 'faces: [rest-client, web-client]'
					steps: [ { expect: { token-requests: { at-most: 1 } } } ] | steps[1].expect.token-requests: bounds are written
					steps: []                                             | a scenario needs a title ('scenario'), 'covers' and 'steps'
					""")
	void saysWhatIsWrongAndWhere(String steps, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> read(HEAD + steps))
			.withMessageStartingWith("some.yaml, scenario 1: " + message);
	}

	@Test
	void takesNoKeyTwice() {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> read(HEAD + "scenario: T\n"));
	}

}
