/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How much longer the same application takes to start with this library: a web
 * application with a {@code WebClient} and a {@code RestClient} for each API, its own
 * ones or those of a registration. Each start is a process of its own, and the two kinds
 * take turns.
 */
public final class StartUpReport {

	private static final List<String> OURS = List.of("outbound-auth-", "spring-security-", "nimbus-");

	private static final String MILLISECONDS = "%.0f (%.0f to %.0f)";

	private StartUpReport() {
	}

	/**
	 * Start the application again and again.
	 * @param arguments how often, 15 times if nothing is said, and for how many APIs, one
	 * if nothing is said
	 * @throws Exception if a start fails
	 */
	public static void main(String... arguments) throws Exception {
		int starts = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : 15;
		int apis = (arguments.length > 1) ? Integer.parseInt(arguments[1]) : 1;
		List<Start> without = new ArrayList<>();
		List<Start> with = new ArrayList<>();
		start(false, apis);
		start(true, apis);
		for (int i = 0; i < starts; i++) {
			// Whoever comes second finds the files in memory.
			if (i % 2 == 0) {
				without.add(start(false, apis));
			}
			with.add(start(true, apis));
			if (i % 2 != 0) {
				without.add(start(false, apis));
			}
		}
		System.out.println("JDK " + System.getProperty("java.version") + "; median (least to greatest)\n");
		System.out.println("| start-up, " + starts + " pairs, APIs: " + apis + " | elapsed ms | CPU ms |");
		System.out.println("|---|---:|---:|");
		print("without", MILLISECONDS, without.stream().mapToDouble(Start::elapsed),
				without.stream().mapToDouble(Start::cpu));
		print("with", MILLISECONDS, with.stream().mapToDouble(Start::elapsed), with.stream().mapToDouble(Start::cpu));
		print("times as long, in each pair", "%.3f (%.3f to %.3f)", ratios(with, without, Start::elapsed),
				ratios(with, without, Start::cpu));
	}

	private static DoubleStream ratios(List<Start> with, List<Start> without, ToDoubleFunction<Start> figure) {
		return IntStream.range(0, with.size())
			.mapToDouble((i) -> figure.applyAsDouble(with.get(i)) / figure.applyAsDouble(without.get(i)));
	}

	private static Start start(boolean with, int apis) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath(with),
						StartUpApplication.class.getName(), "--server.port=0", "--spring.main.banner-mode=off",
						"--logging.level.root=warn", "--" + StartUpApplication.APIS + "=" + apis));
		if (with) {
			command
				.addAll(List.of("--oauth.client.token-uri=http://127.0.0.1:9/token", "--oauth.client.client-id=orders",
						"--oauth.client.client-secret=none", "--oauth.client.base-url=http://127.0.0.1:9"));
			IntStream.rangeClosed(2, apis)
				.forEach((i) -> command.addAll(List.of("--oauth.client.registration.api" + i + ".scope=api" + i,
						"--oauth.client.registration.api" + i + ".base-url=http://127.0.0.1:9")));
		}
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new IllegalStateException(output);
		}
		String[] figures = output.lines().reduce((first, last) -> last).orElseThrow().split(" ");
		return new Start(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
	}

	/**
	 * The class path of this process, or what of it an application without this library
	 * would have.
	 */
	private static String classPath(boolean with) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> with || OURS.stream().noneMatch(new File(entry).getName()::startsWith))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static void print(String name, String format, DoubleStream elapsed, DoubleStream cpu) {
		System.out.println(
				"| " + name + " | " + text(format, Spread.of(elapsed)) + " | " + text(format, Spread.of(cpu)) + " |");
	}

	private static String text(String format, Spread spread) {
		return String.format(Locale.ROOT, format, spread.median(), spread.least(), spread.greatest());
	}

	/**
	 * One start.
	 *
	 * @param elapsed the time from the start of the process until the application was
	 * ready, in milliseconds
	 * @param cpu the processor time that took
	 */
	private record Start(double elapsed, double cpu) {

	}

}
