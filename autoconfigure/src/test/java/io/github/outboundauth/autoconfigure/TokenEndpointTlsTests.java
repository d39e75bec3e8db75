/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientsProperties.Factory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What may go wrong with TLS on the way to the token endpoint, over each HTTP engine.
 */
@ParameterizedClass
@EnumSource(Factory.class)
class TokenEndpointTlsTests {

	private static final Script TOKEN = Script.json(200,
			"{\"access_token\":\"canary-a\",\"token_type\":\"Bearer\",\"expires_in\":3600}");

	private static final String LASTING = ".*(certificate|does not speak TLS).*";

	@TempDir
	private static Path directory;

	private static final String NO_TLS = "the server does not speak TLS on this port";

	private static final String LOST = "the connection failed before the response was complete";

	private static Certificates certificates;

	private final Factory engine;

	private final ApplicationContextRunner runner;

	TokenEndpointTlsTests(Factory engine) {
		this.engine = engine;
		this.runner = new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("spring.http.clients.imperative.factory=" + engine, "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.retry.max-attempts=1",
					"oauth.client.http.connect-timeout=20s", "oauth.client.http.read-timeout=20s",
					"oauth.client.http.total-timeout=60s");
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory).withBadServers();
	}

	private ApplicationContextRunner trusting() {
		return this.runner.withPropertyValues(certificates.trust());
	}

	private static void assertFailure(ApplicationContextRunner runner, String tokenUri, String... problems) {
		assertFailure(runner, tokenUri, (problem) -> assertThat(problem).isIn((Object[]) problems));
	}

	private static void assertFailure(ApplicationContextRunner runner, String tokenUri, Consumer<String> problem) {
		runner.withPropertyValues("oauth.client.token-uri=" + tokenUri).run((context) -> {
			TokenFailure failure = catchThrowableOfType(TokenUnavailableException.class,
					() -> context.getBean(TokenSources.class).get("default").await())
				.failure();
			problem.accept(failure.problem());
			assertThat(failure.kind()).isEqualTo(failure.problem().matches(LASTING) ? Kind.LASTING : Kind.PASSING);
		});
	}

	private static void assertRefused(ApplicationContextRunner runner, String certificate, String problem)
			throws Exception {
		try (ScriptedServer server = new ScriptedServer(certificates.serverSocket(certificate, false), TOKEN)) {
			assertFailure(runner, "https://" + server.address() + "/token",
					"the certificate of the authorization server " + problem);
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void trustsWhatTheSslBundleOfTheApplicationTrusts() throws Exception {
		try (ScriptedServer server = new ScriptedServer(certificates.serverSocket("good", false), TOKEN)) {
			trusting().withPropertyValues("oauth.client.token-uri=https://" + server.address() + "/token")
				.run((context) -> assertThat(context.getBean(TokenSources.class).get("default").await().value())
					.isEqualTo("canary-a"));
		}
	}

	@Test
	void saysThatACertificateIsNotTrusted() throws Exception {
		assertRefused(this.runner, "good", "is not trusted");
	}

	@Test
	void saysThatACertificateHasExpired() throws Exception {
		assertRefused(trusting(), "expired", "has expired or is not valid yet");
	}

	@Test
	void saysThatACertificateIsForAnotherHost() throws Exception {
		assertRefused(trusting(), "elsewhere", "is not for the host '127.0.0.1'");
	}

	/**
	 * A server that hangs up while the request is being written is not always heard.
	 */
	@Test
	void saysThatTheServerWantsAClientCertificate() throws Exception {
		try (ScriptedServer server = new ScriptedServer(certificates.serverSocket("good", true), TOKEN)) {
			assertFailure(trusting(), "https://" + server.address() + "/token",
					"the authorization server asks for a client certificate, or for another one", LOST);
		}
	}

	/**
	 * Jetty closes the connection when it has read the answer. If it has not done with
	 * what it sends by then, that is what it fails with, in one case of eight here.
	 */
	@Test
	void saysThatTheServerDoesNotSpeakTls() {
		Set<String> problems = new HashSet<>();
		try (ScriptedServer server = new ScriptedServer(TOKEN)) {
			for (int i = 0; i < ((this.engine == Factory.JETTY) ? 20 : 1) && !problems.contains(NO_TLS); i++) {
				assertFailure(this.runner, "https://" + server.address() + "/token", (problem) -> {
					assertThat(problem).isIn((this.engine == Factory.JETTY) ? List.of(NO_TLS, LOST) : List.of(NO_TLS));
					problems.add(problem);
				});
			}
		}
		assertThat(problems).contains(NO_TLS);
	}

	@Test
	void saysThatATlsServerDoesNotAnswerInHttp() throws Exception {
		try (ScriptedServer server = new ScriptedServer(certificates.serverSocket("good", false), TOKEN)) {
			assertFailure(this.runner, "http://" + server.address() + "/token",
					"the response is no HTTP that the HTTP client understands", LOST);
		}
	}

	/**
	 * A server socket that nobody accepts from answers a connection, and nothing else. A
	 * machine that has no time may cut the flight off before there is one.
	 */
	@Test
	void cutsOffAHandshakeThatStalls() throws Exception {
		try (ServerSocket stalled = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
				assertFailure(this.runner.withPropertyValues("oauth.client.http.total-timeout=1s"),
						"https://127.0.0.1:" + stalled.getLocalPort() + "/token", "no complete answer within 1000 ms");
				// The engine of the JDK for blocking calls has no timeout for the
				// handshake.
				return this.engine == Factory.SIMPLE || isCutOff(stalled);
			});
		}
	}

	/**
	 * Whether somebody began a handshake. Fails if he did not end it.
	 */
	private static boolean isCutOff(ServerSocket server) throws IOException {
		try (Socket socket = acceptNow(server)) {
			if (socket == null) {
				return false;
			}
			socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
			return socket.getInputStream().readAllBytes().length > 0;
		}
	}

	private static Socket acceptNow(ServerSocket server) throws IOException {
		server.setSoTimeout(100);
		try {
			return server.accept();
		}
		catch (SocketTimeoutException ex) {
			return null;
		}
	}

}
