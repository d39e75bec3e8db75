/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CredentialWatchTests {

	@TempDir
	private Path directory;

	/**
	 * A cool-down after three refusals would last a quarter of a minute and more.
	 */
	@Test
	void aChangedSecretEndsTheCoolDownWithoutAnyCall() throws Exception {
		Path file = Files.writeString(this.directory.resolve("secret"), "canary-old");
		String basic = "Basic "
				+ Base64.getEncoder().encodeToString("orders:canary-new".getBytes(StandardCharsets.UTF_8));
		try (ScriptedServer server = new ScriptedServer(
				(request, socket) -> (basic.equals(request.header("Authorization")) ? Script.tokens("canary-", 3600)
						: Script.json(401, "{\"error\":\"invalid_client\"}"))
					.answer(request, socket))) {
			new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
				.withPropertyValues("oauth.client.token-uri=" + server.url("/token"), "oauth.client.client-id=orders",
						"oauth.client.client-secret-location=" + file)
				.run((context) -> {
					TokenSource source = context.getBean(TokenSources.class).get("default");
					for (int i = 0; i < 3; i++) {
						assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> refresh(source))
							.withMessageContaining("invalid_client");
					}
					int refused = server.requests().size();
					Files.writeString(file, "canary-new\n");
					Awaitility.await()
						.atMost(Duration.ofSeconds(60))
						.untilAsserted(() -> assertThat(source.current()).isNotNull());
					assertThat(server.requests()).hasSize(refused + 1);
				});
		}
	}

	private static void refresh(TokenSource source) throws Throwable {
		try {
			source.refresh().toCompletableFuture().get();
		}
		catch (ExecutionException ex) {
			throw ex.getCause();
		}
	}

}
