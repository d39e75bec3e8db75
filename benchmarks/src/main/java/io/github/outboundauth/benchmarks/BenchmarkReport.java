/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks and prints what they cost beside one another. Made for machines
 * that have other work too: it counts processor time, and of the iterations the one that
 * was disturbed least.
 */
public final class BenchmarkReport {

	private static final String FILTER = "WebClientFilterBenchmark";

	private static final String INTERCEPTOR = "RestClientInterceptorBenchmark";

	private static final String WEB_CLIENT = "WebClientCallBenchmark";

	private static final String REST_CLIENT = "RestClientCallBenchmark";

	private static final String TWIN = "TwinBenchmark";

	private static final String LOOPBACK = "LoopbackBenchmark";

	private final List<Round> rounds;

	private BenchmarkReport(List<Round> rounds) {
		this.rounds = rounds;
	}

	/**
	 * Run the benchmarks.
	 * @param arguments {@code quick} for one short round, or the number of rounds
	 * @throws RunnerException if a benchmark fails
	 */
	public static void main(String... arguments) throws RunnerException {
		String argument = (arguments.length > 0) ? arguments[0] : "2";
		boolean quick = argument.equals("quick");
		int count = quick ? 1 : Integer.parseInt(argument);
		List<Round> rounds = new ArrayList<>();
		for (int i = 1; i <= count; i++) {
			print("Round %d of %d", i, count);
			rounds.add(new Round(new Runner(options(quick)).run()));
		}
		new BenchmarkReport(rounds).print();
	}

	private static Options options(boolean quick) {
		ChainedOptionsBuilder options = new OptionsBuilder().mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.forks(1)
			.measurementIterations(10)
			.measurementTime(TimeValue.milliseconds(quick ? 100 : 200))
			.addProfiler(GCProfiler.class)
			.addProfiler(CpuTimeProfiler.class)
			.addProfiler(TwinProfiler.class)
			.jvmArgsAppend("-XX:+UseG1GC", "-Xms512m", "-Xmx512m")
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT);
		if (Runtime.version().feature() >= 24) {
			// Or JMH's own use of it fills the screen with warnings.
			options.jvmArgsPrepend("--sun-misc-unsafe-memory-access=allow");
		}
		return (quick ? options.warmupTime(TimeValue.seconds(2)) : options).build();
	}

	private void print() {
		print("");
		print("JDK %s, %s, %d processors; median (least to greatest) of %d rounds", System.getProperty("java.version"),
				System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors(), this.rounds.size());
		print("");
		print("| benchmark | CPU ns per call | elapsed ns | B per call |");
		print("|---|---:|---:|---:|");
		this.rounds.get(0).names().filter((name) -> !isTwin(name)).forEach(this::printCost);
		print("");
		print("| against the fixed-header twin | times its time | more B |");
		print("|---|---:|---:|");
		printTwins("WebClient, the whole call", TWIN + ".webClientCall");
		printTwins("RestClient, the whole call", TWIN + ".restClientCall");
		printTwins("WebClient, the filter alone", TWIN + ".webClientFilter");
		printTwins("RestClient, the interceptor alone", TWIN + ".restClientInterceptor");
		print("");
		print("| over the loopback interface | times the throughput |");
		print("|---|---:|");
		printThroughput("this library against no token", "bearerTokenAgainstNone");
		printThroughput("a fixed header against no token", "fixedHeaderAgainstNone");
		printThroughput("this library against a fixed header", "bearerTokenAgainstFixedHeader");
		print("");
		print("| against Spring Security | times less CPU time | without the exchange itself |");
		print("|---|---:|---:|");
		printFasterAlone("WebClient, the filter alone, reactive", FILTER, "securityReactive");
		printFasterAlone("WebClient, the filter alone, servlet", FILTER, "securityServlet");
		printFasterAlone("RestClient, the interceptor alone", INTERCEPTOR, "security");
		printFaster("WebClient, the whole call, reactive", WEB_CLIENT, "securityReactive");
		printFaster("RestClient, the whole call", REST_CLIENT, "security");
	}

	private static boolean isTwin(String name) {
		return name.startsWith(TWIN) || name.startsWith(LOOPBACK);
	}

	private void printCost(String name) {
		Spread time = spread((round) -> round.cpuTime(name));
		Spread elapsed = spread((round) -> round.elapsedTime(name));
		Spread bytes = spread((round) -> round.bytes(name));
		print("| %s | %.0f (%.0f to %.0f) | %.0f | %.0f |", name, time.median(), time.least(), time.greatest(),
				elapsed.median(), bytes.median());
	}

	private void printTwins(String title, String twins) {
		Spread times = spread((round) -> round.twinTimes(twins));
		Spread bytes = spread((round) -> round.twinBytes(twins));
		print("| %s | %.2f (%.2f to %.2f) | %.0f (%.0f to %.0f) |", title, times.median(), times.least(),
				times.greatest(), bytes.median(), bytes.least(), bytes.greatest());
	}

	private void printThroughput(String title, String twins) {
		Spread times = spread((round) -> 1 / round.twinTimes(LOOPBACK + "." + twins));
		print("| %s | %.2f (%.2f to %.2f) |", title, times.median(), times.least(), times.greatest());
	}

	private void printFaster(String title, String benchmark, String variant) {
		print("| %s | %s | |", title, faster(benchmark, variant, (round) -> 0));
	}

	private void printFasterAlone(String title, String benchmark, String variant) {
		print("| %s | %s | %s |", title, faster(benchmark, variant, (round) -> 0),
				faster(benchmark, variant, (round) -> round.cpuTime(benchmark + ".none")));
	}

	private String faster(String benchmark, String variant, ToDoubleFunction<Round> base) {
		Spread ratio = spread((round) -> (round.cpuTime(benchmark + "." + variant) - base.applyAsDouble(round))
				/ (round.cpuTime(benchmark + ".bearerToken") - base.applyAsDouble(round)));
		return String.format(Locale.ROOT, "%.1f (%.1f to %.1f)", ratio.median(), ratio.least(), ratio.greatest());
	}

	private Spread spread(ToDoubleFunction<Round> figure) {
		return Spread.of(this.rounds.stream().mapToDouble(figure));
	}

	private static void print(String format, Object... arguments) {
		System.out.println(String.format(Locale.ROOT, format, arguments));
	}

}
