/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ReceivedTokenRequest;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.testing.Secrets;
import io.github.outboundauth.testing.TestKey;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The file of a credential changes while the application runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class CredentialRotationTests {

	private static final String ISSUER = "https://issuer.example.com";

	private static final TestKey OLD = TestKey.ec("old", "secp256r1");

	private static final TestKey NEW = TestKey.ec("new", "secp256r1");

	private static final Script TOKENS = Script.tokens("canary-", 3600);

	private static final Script REFUSAL = Script.json(401, "{\"error\":\"invalid_client\"}");

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations());

	@ParameterizedTest
	@EnumSource
	void noCallFailsWhileCredentialsRotate(Replacement replacement) {
		try (AuthorizationServer server = AuthorizationServer.start(0, Duration.ofMinutes(5),
				"spring.security.oauth2.authorizationserver.issuer=" + ISSUER)) {
			server.clientKeys(Credential.KEY.clientId, OLD.jwk(), NEW.jwk());
			server.secrets(Credential.SECRET.clientId, Credential.SECRET.before, Credential.SECRET.after);
			clients(server, replacement).run((context) -> {
				List<RestClient> clients = Stream.of(Credential.values())
					.map((credential) -> context.getBean(credential + "RestClient", RestClient.class))
					.toList();
				AtomicBoolean done = new AtomicBoolean();
				Callers callers = new Callers(9, (number) -> {
					if (number == 8) {
						rotate(server, replacement, context.getBean(TokenSources.class), done);
					}
					while (!done.get()) {
						clients.get(number % clients.size())
							.get()
							.uri(AuthorizationServer.STOCK)
							.retrieve()
							.toBodilessEntity();
					}
				});
				callers.callAllAtOnce();
				assertThat(callers.failures()).isEmpty();
			});
		}
	}

	private ApplicationContextRunner clients(AuthorizationServer server, Replacement replacement) {
		ApplicationContextRunner clients = this.runner
			.withPropertyValues("oauth.client.token-uri=" + server.url("/oauth2/token"));
		for (Credential credential : Credential.values()) {
			replacement.write(file(credential), credential.before);
			clients = clients.withPropertyValues(Stream
				.of(credential.key + "=" + file(credential), "client-id=" + credential.clientId, "scope=inventory.read",
						"base-url=" + server.url(""), credential.more)
				.map((property) -> "oauth.client.registration." + credential + "." + property)
				.toArray(String[]::new));
		}
		return clients;
	}

	private Path file(Credential credential) {
		return this.directory.resolve(credential.toString()).resolve("credential");
	}

	private void rotate(AuthorizationServer server, Replacement replacement, TokenSources sources, AtomicBoolean done) {
		try {
			awaitAll(server, sources, (credential) -> credential.before);
			Stream.of(Credential.values())
				.forEach((credential) -> replacement.write(file(credential), credential.after));
			awaitAll(server, sources, (credential) -> credential.after);
			server.clientKeys(Credential.KEY.clientId, NEW.jwk());
			server.secrets(Credential.SECRET.clientId, Credential.SECRET.after);
			awaitAll(server, sources, (credential) -> credential.after);
		}
		finally {
			done.set(true);
		}
	}

	private static void awaitAll(AuthorizationServer server, TokenSources sources,
			Function<Credential, String> content) {
		Set<String> missing = Stream.of(Credential.values())
			.map((credential) -> credential.proof(content.apply(credential)))
			.collect(Collectors.toSet());
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
			sources.registrationIds().forEach((id) -> sources.get(id).refresh().toCompletableFuture().join());
			server.tokenRequests().stream().map(CredentialRotationTests::proof).forEach(missing::remove);
			return missing.isEmpty();
		});
	}

	/**
	 * What tells one credential from another in a request.
	 */
	private static String proof(ReceivedTokenRequest request) {
		if (request.authorization() != null) {
			return request.authorization();
		}
		String keyId = request.assertion().getHeader().getKeyID();
		return (keyId != null) ? keyId : request.assertion().serialize();
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatIsRefusedTriesOnceMoreWithWhatItsFileSaysNow(Credential credential, CapturedOutput output) {
		Replacement.RENAME.write(file(credential), credential.before);
		try (ScriptedServer endpoint = new ScriptedServer(TOKENS)) {
			endpoint.script((request, socket) -> {
				boolean first = endpoint.requests().size() == 1;
				if (first) {
					Replacement.RENAME.write(file(credential), credential.after);
				}
				(first ? REFUSAL : TOKENS).answer(request, socket);
			});
			client(endpoint, credential).run((context) -> {
				context.getBean(TokenSources.class).get("default").await();
				assertThat(proofs(endpoint)).containsExactly(credential.proof(credential.before),
						credential.proof(credential.after));
				assertThat(output).doesNotContain("changed credential");
				Replacement.RENAME.write(file(credential), credential.before);
				context.getBean(TokenSources.class).get("default").refresh().toCompletableFuture().join();
				Awaitility.await()
					.untilAsserted(() -> assertThat(output).containsOnlyOnce(
							"OAuth2 client 'default': the authorization server accepted its changed credential."));
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatIsRefusedAsItsFileStillSaysDoesNotTryAgain(Credential credential) {
		Replacement.RENAME.write(file(credential), credential.before);
		try (ScriptedServer endpoint = new ScriptedServer(REFUSAL)) {
			client(endpoint, credential).run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				assertThatThrownBy(source::await).hasMessageContaining("error=invalid_client");
				assertThatThrownBy(source::await).hasMessageContaining("error=invalid_client");
				assertThat(endpoint.requests()).hasSize(1);
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatWasRefusedTriesAgainAsSoonAsItsFileHasChanged(Credential credential) {
		Replacement.RENAME.write(file(credential), credential.before);
		try (ScriptedServer endpoint = new ScriptedServer(REFUSAL)) {
			client(endpoint, credential).run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				// Each refusal doubles the pause, which is longer than the test then.
				for (int i = 0; i < 6; i++) {
					assertThatThrownBy(() -> source.refresh().toCompletableFuture().join())
						.hasStackTraceContaining("error=invalid_client");
				}
				endpoint.script(TOKENS);
				Replacement.RENAME.write(file(credential), credential.after);
				Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> source.current() != null);
				assertThat(proofs(endpoint)).last().isEqualTo(credential.proof(credential.after));
			});
		}
	}

	@ParameterizedTest
	@CsvSource({ "KEY, half-written", "KEY, empty", "KEY, missing", "SECRET, empty", "SECRET, missing",
			"ASSERTION, half-written", "ASSERTION, empty", "ASSERTION, missing" })
	void aDamagedFileLeavesTheCredentialThatWasRead(Credential credential, String damage, CapturedOutput output)
			throws IOException {
		Path file = file(credential);
		Replacement.RENAME.write(file, credential.before);
		try (ScriptedServer endpoint = new ScriptedServer(TOKENS)) {
			client(endpoint, credential).run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				source.await();
				switch (damage) {
					case "half-written" ->
						Files.writeString(file, credential.after.substring(0, credential.after.length() / 2));
					case "empty" -> Files.writeString(file, "");
					default -> Files.delete(file);
				}
				source.refresh().toCompletableFuture().join();
				Replacement.RENAME.write(file, credential.after);
				source.refresh().toCompletableFuture().join();
				assertThat(proofs(endpoint)).containsExactly(credential.proof(credential.before),
						credential.proof(credential.before), credential.proof(credential.after));
				Awaitility.await().untilAsserted(() -> assertThat(output).contains("what was read before is used"));
			});
		}
		assertThat(output.getAll()).matches((text) -> !Secrets.areIn(text), "holds no secret");
	}

	private ApplicationContextRunner client(ScriptedServer endpoint, Credential credential) {
		return this.runner.withPropertyValues("oauth.client.token-uri=" + endpoint.url("/token"),
				"oauth.client.client-id=" + credential.clientId,
				"oauth.client." + credential.key + "=" + file(credential), "oauth.client." + credential.more);
	}

	private static List<String> proofs(ScriptedServer endpoint) {
		return endpoint.requests().stream().map(ReceivedTokenRequest::of).map(CredentialRotationTests::proof).toList();
	}

	/**
	 * What a client may have in a file.
	 */
	enum Credential {

		KEY("assertion.key-location", "assertion.audience=" + ISSUER, "ES256", OLD.jwk().toJSONString(),
				NEW.jwk().toJSONString()) {

			@Override
			String proof(String content) {
				return content.equals(this.before) ? OLD.id() : NEW.id();
			}

		},

		SECRET("client-secret-location", "basic-encoding=form", "client_secret_basic", "old-canary", "new-canary") {

			@Override
			String proof(String content) {
				return "Basic " + Base64.getEncoder()
					.encodeToString((this.clientId + ":" + content).getBytes(StandardCharsets.UTF_8));
			}

		},

		ASSERTION("assertion.location", "client-authentication-method=private_key_jwt", "ES256", assertion(OLD),
				assertion(NEW));

		final String key;

		final String more;

		final String clientId;

		final String before;

		final String after;

		Credential(String key, String more, String clientId, String before, String after) {
			this.key = key;
			this.more = more;
			this.clientId = clientId;
			this.before = before;
			this.after = after;
		}

		/**
		 * What tells a content of the file from the other in a request.
		 */
		String proof(String content) {
			return content;
		}

		private static String assertion(TestKey key) {
			SignedJWT assertion = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256),
					new JWTClaimsSet.Builder().issuer("ES256")
						.subject("ES256")
						.audience(ISSUER)
						.expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
						.claim("mark", "canary")
						.build());
			try {
				assertion.sign(new ECDSASigner(key.jwk().toECKey()));
			}
			catch (JOSEException ex) {
				throw new IllegalStateException(ex);
			}
			return assertion.serialize();
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * How one content of a file takes the place of another.
	 */
	enum Replacement {

		/** At once. */
		RENAME {

			@Override
			void replace(Path file, String content) throws IOException {
				Path next = Files.writeString(file.resolveSibling("next"), content);
				Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
			}

		},

		/** So that it is empty for a moment. */
		OVERWRITE {

			@Override
			void replace(Path file, String content) throws IOException {
				Files.writeString(file, content);
			}

		},

		/** As Kubernetes does: the file is a link into a directory that is a link. */
		SYMBOLIC_LINK {

			@Override
			void replace(Path file, String content) throws IOException {
				Path version = Files.createTempDirectory(file.getParent(), "..");
				Files.writeString(version.resolve("credential"), content);
				Path next = Files.createSymbolicLink(file.resolveSibling("..data_tmp"), version.getFileName());
				Files.move(next, file.resolveSibling("..data"), StandardCopyOption.ATOMIC_MOVE);
				if (!Files.exists(file)) {
					Files.createSymbolicLink(file, Path.of("..data", "credential"));
				}
			}

		};

		abstract void replace(Path file, String content) throws IOException;

		void write(Path file, String content) {
			try {
				Files.createDirectories(file.getParent());
				replace(file, content);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
