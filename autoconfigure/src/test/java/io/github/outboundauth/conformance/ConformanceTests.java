/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs each scenario with each of its faces, and with little, middling and much of what
 * chance may add: a scenario holds whatever is drawn.
 */
class ConformanceTests {

	private static final double[] CHANCES = { 0, 0.5, 0.999 };

	@TestFactory
	Stream<DynamicNode> scenarios() {
		return ScenarioFile.all()
			.stream()
			.map((file) -> DynamicContainer.dynamicContainer(file.name(),
					file.scenarios().stream().map((scenario) -> container(file, scenario))));
	}

	private static DynamicNode container(ScenarioFile file, Scenario scenario) {
		return DynamicContainer.dynamicContainer(scenario.scenario(), scenario.faces()
			.stream()
			.flatMap((face) -> DoubleStream.of(CHANCES).mapToObj((chance) -> test(file, scenario, face, chance))));
	}

	private static DynamicNode test(ScenarioFile file, Scenario scenario, Face.Kind face, double chance) {
		String variant = RecordBinder.keyOf(face) + ", chance " + chance;
		return DynamicTest.dynamicTest(variant, () -> {
			try {
				new ScenarioRun(scenario, face, chance).run();
			}
			catch (AssertionError ex) {
				throw new AssertionError(
						file.name() + ", '" + scenario.scenario() + "', " + variant + ", " + ex.getMessage(), ex);
			}
		});
	}

}
