/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToIntFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.OutageSimulation.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource} in an outage of ten minutes. With
 * {@code -Dtoken.simulation.trials=10000} prints the table of
 * {@code docs/performance.md}.
 */
class OutageSimulationTests {

	private static final String TRIALS = "token.simulation.trials";

	private static final int FEW = 100;

	@ParameterizedTest
	@ValueSource(longs = { 1800, 3600, 7200, 86400 })
	void losesNoCallWithATokenOfHalfAnHourAndMore(long lifetime) {
		assertThat(new Trials(Duration.ofSeconds(lifetime), FEW).ours()).allSatisfy((outcome) -> {
			assertThat(outcome.failing()).isZero();
			assertThat(outcome.attempts()).isLessThanOrEqualTo(25);
			assertThat(outcome.recovery()).isLessThanOrEqualTo(60);
		});
	}

	@ParameterizedTest
	@ValueSource(longs = { 300, 900 })
	void losesFewerCallsThanSpringSecurityWithAShorterOne(long lifetime) {
		Trials trials = new Trials(Duration.ofSeconds(lifetime), FEW);
		assertThat(mean(trials.ours(), Outcome::failing)).isBetween(1.0, mean(trials.security(), Outcome::failing));
		assertThat(trials.ours()).allSatisfy((outcome) -> {
			assertThat(outcome.attempts()).isLessThanOrEqualTo(45);
			assertThat(outcome.recovery()).isLessThanOrEqualTo(60);
		});
	}

	@Test
	@EnabledIfSystemProperty(named = TRIALS, matches = "\\d+")
	void printsTheTable() {
		System.out
			.println("| lifetime, s | trials with a failed call | failing, s | attempts | most | recovery, s | most "
					+ "| Spring Security: trials | failing, s | attempts |");
		System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
		for (long lifetime : new long[] { 300, 900, 1800, 3600, 7200, 86400 }) {
			System.out.println(row(lifetime, new Trials(Duration.ofSeconds(lifetime), Integer.getInteger(TRIALS))));
		}
	}

	private static String row(long lifetime, Trials trials) {
		List<Outcome> ours = trials.ours();
		List<Outcome> security = trials.security();
		List<Outcome> asked = ours.stream().filter((outcome) -> outcome.attempts() > 0).toList();
		return String.format(Locale.ROOT, "| %d | %.1f %% | %.1f | %.1f | %d | %.1f | %d | %.1f %% | %.1f | %.0f |",
				lifetime, hit(ours), mean(ours, Outcome::failing), mean(ours, Outcome::attempts),
				most(ours, Outcome::attempts), mean(asked, Outcome::recovery), most(asked, Outcome::recovery),
				hit(security), mean(security, Outcome::failing), mean(security, Outcome::attempts));
	}

	private static double hit(List<Outcome> outcomes) {
		return 100 * mean(outcomes, (outcome) -> (outcome.failing() > 0) ? 1 : 0);
	}

	private static double mean(List<Outcome> outcomes, ToIntFunction<Outcome> value) {
		return outcomes.stream().mapToInt(value).average().orElse(0);
	}

	private static int most(List<Outcome> outcomes, ToIntFunction<Outcome> value) {
		return outcomes.stream().mapToInt(value).max().orElse(0);
	}

	/**
	 * The same outages for both.
	 *
	 * @param ours what they do to a source
	 * @param security what they do under the rule of Spring Security
	 */
	private record Trials(List<Outcome> ours, List<Outcome> security) {

		Trials(Duration lifetime, int number) {
			this(new ArrayList<>(), new ArrayList<>());
			Random random = new Random(lifetime.toSeconds());
			for (int i = 0; i < number; i++) {
				// Not in the first life, which begins for all at the same moment.
				Duration start = lifetime.plusNanos((long) (random.nextDouble() * 2 * lifetime.toNanos()));
				this.ours.add(OutageSimulation.ours(lifetime, start, random));
				this.security.add(OutageSimulation.security(lifetime, start));
			}
		}

	}

}
