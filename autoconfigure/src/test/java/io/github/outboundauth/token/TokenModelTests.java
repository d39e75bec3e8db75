/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenModelRun.Step;

/**
 * Tests for {@link RefreshingTokenSource} against a model of it, in scenarios made by
 * chance. {@code -Dtoken.model.seed} is the first seed, {@code -Dtoken.model.scenarios}
 * says how many follow.
 */
class TokenModelTests {

	private static final long SEED = Long.getLong("token.model.seed", 0);

	private static final int SCENARIOS = Integer.getInteger("token.model.scenarios", 2000);

	private static final int STEPS = 200;

	@Test
	void doesWhatTheDesignSaysWhateverHappens() {
		for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
			List<Step> steps = Stream.generate(steps(seed)).limit(STEPS).toList();
			if (TokenModelRun.violation(seed, steps, null) != null) {
				throw new AssertionError(report(seed, shrink(seed, steps)));
			}
		}
	}

	private static Supplier<Step> steps(long seed) {
		Random random = new Random(~seed);
		return () -> Step.draw(random);
	}

	/**
	 * Leave out what is not needed for a violation.
	 */
	private static List<Step> shrink(long seed, List<Step> steps) {
		List<Step> shrunk = steps;
		for (int length = steps.size() / 2; length > 0; length /= 2) {
			for (int from = 0; from + length <= shrunk.size();) {
				List<Step> shorter = new ArrayList<>(shrunk);
				shorter.subList(from, from + length).clear();
				if (TokenModelRun.violation(seed, shorter, null) != null) {
					shrunk = shorter;
				}
				else {
					from += length;
				}
			}
		}
		return shrunk;
	}

	private static String report(long seed, List<Step> steps) {
		List<String> log = new ArrayList<>();
		String violation = TokenModelRun.violation(seed, steps, log);
		return violation + ", seed " + seed + ":\n" + String.join("\n", log);
	}

}
