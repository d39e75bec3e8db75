/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.outboundauth.test.TestAuthorizationServer;
import io.github.outboundauth.test.TokenAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what only a process of its own can show: that it ends, and how.
 */
class ProcessTests {

	@TempDir
	private Path directory;

	@Test
	void endsWithAllThreadsWhenItIsStopped() throws Exception {
		Process process = start(Map.of(), "--server.port=0", "--sample.servers.port=0");
		try {
			await().atMost(Duration.ofMinutes(2)).until(() -> output().contains("The sample is running"));
			process.destroy();
			assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void endsWithAnErrorWhenTheProviderRefusesTheSecret() throws Exception {
		try (TestAuthorizationServer server = new TestAuthorizationServer()) {
			server.answer(TokenAnswer.error(401, "invalid_client"));
			Process process = start(
					Map.of("OAUTH_TOKEN_URL", server.tokenUri(), "OAUTH_CLIENT_ID", "orders", "OAUTH_CLIENT_SECRET",
							"a-secret-nobody-may-see", "API_URL", "http://localhost:1/api"),
					"--server.port=0", "--spring.profiles.active=external");
			try {
				assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
				assertThat(process.exitValue()).isEqualTo(1);
				assertThat(output()).contains("invalid_client").doesNotContain("a-secret-nobody-may-see");
			}
			finally {
				process.destroyForcibly();
			}
		}
	}

	private Process start(Map<String, String> environment, String... args) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), SampleApplication.class.getName()));
		command.addAll(List.of(args));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile());
		builder.environment().putAll(environment);
		return builder.start();
	}

	private String output() throws Exception {
		return Files.readString(this.directory.resolve("output"));
	}

}
