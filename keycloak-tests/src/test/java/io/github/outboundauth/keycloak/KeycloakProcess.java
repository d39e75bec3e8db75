/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of Keycloak's development mode, with the realms in its import directory.
 */
final class KeycloakProcess implements AutoCloseable {

	/** Where the build unpacked the distribution. */
	static final Path HOME = Path.of(System.getProperty("keycloak.home"));

	/** What it prints. */
	static final Path LOG = HOME.resolveSibling("keycloak.log");

	/**
	 * Runs a command until it ends or the input does. The input ends with the JVM of the
	 * tests at the latest, however that ends.
	 */
	private static final String RUN_WHILE_WANTED = """
			exec 3<&0
			"$@" 3<&- </dev/null & command=$!
			{ read -r end <&3; kill $command; } 2>/dev/null &
			wait $command
			""";

	private final Process process;

	/**
	 * Start Keycloak.
	 * @param environment its environment variables, beside those of this process
	 * @param options its options, as on the command line
	 */
	KeycloakProcess(Map<String, String> environment, List<String> options) throws IOException {
		List<String> command = new ArrayList<>(List.of("sh", "-c", RUN_WHILE_WANTED, "keycloak",
				HOME.resolve("bin/kc.sh").toString(), "start-dev", "--import-realm", "--db=dev-mem"));
		command.addAll(options);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(LOG.toFile());
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		// It runs for a minute, and would spend half of that on optimizing its code.
		builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
		builder.environment().putAll(environment);
		this.process = builder.start();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() throws IOException {
		List<ProcessHandle> descendants = this.process.descendants().toList();
		this.process.getOutputStream().close();
		this.process.onExit().completeOnTimeout(this.process, 30, TimeUnit.SECONDS).join();
		descendants.forEach(ProcessHandle::destroyForcibly);
	}

}
