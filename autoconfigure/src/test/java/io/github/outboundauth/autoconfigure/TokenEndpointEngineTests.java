/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientsProperties.Factory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.FullServer;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.testing.TestKey;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a server may do to a token request, over each HTTP engine an application may have.
 * Whatever it does, the caller gets a failure that says so, and neither a connection nor
 * a thread stays behind.
 */
@ParameterizedClass
@EnumSource(Factory.class)
class TokenEndpointEngineTests {

	private static final String TOKEN = "{\"access_token\":\"canary-a\",\"token_type\":\"Bearer\",\"expires_in\":3600}";

	private static final String INCOMPLETE = "the connection failed before the response was complete";

	private static final String NOT_HTTP = "the response is no HTTP that the HTTP client understands";

	private static final String TOO_LARGE = "the response exceeds 65536 bytes";

	private static final String TOO_LATE = "no complete answer within 1000 ms";

	private final ScriptedServer server = new ScriptedServer(Script.json(200, TOKEN));

	private final CountDownLatch over = new CountDownLatch(1);

	private final Factory engine;

	private final ApplicationContextRunner runner;

	TokenEndpointEngineTests(Factory engine) {
		this.engine = engine;
		this.runner = new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("spring.http.clients.imperative.factory=" + engine,
					"oauth.client.token-uri=" + this.server.url("/token"), "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.retry.max-attempts=1",
					"oauth.client.http.connect-timeout=20s", "oauth.client.http.read-timeout=20s",
					"oauth.client.http.total-timeout=60s");
	}

	@AfterEach
	void close() {
		this.over.countDown();
		this.server.close();
	}

	private static String token(ApplicationContext context, String id) {
		return context.getBean(TokenSources.class).get(id).await().value();
	}

	private static TokenFailure failure(ApplicationContext context, String id) {
		return catchThrowableOfType(TokenUnavailableException.class, () -> token(context, id)).failure();
	}

	private void assertToken(Script script) {
		this.server.script(script);
		this.runner.run((context) -> {
			assertThat(token(context, "default")).isEqualTo("canary-a");
			assertThat(this.server.requests()).hasSize(1);
		});
	}

	private void assertFailure(Script script, Kind kind, String... problems) {
		this.server.script(script);
		this.runner.run((context) -> {
			TokenFailure failure = failure(context, "default");
			assertThat(failure.kind()).isEqualTo(kind);
			assertThat(failure.problem()).isIn((Object[]) problems);
			awaitNothingLeft();
		});
	}

	/**
	 * Callers wait no longer than the total timeout, and the connection ends at the
	 * latest with the read timeout or, where neither is heeded, with the application
	 * context.
	 */
	private void assertCutOff(Script script) {
		this.server.script(script);
		this.runner.withPropertyValues("oauth.client.http.total-timeout=1s", "oauth.client.http.read-timeout=7s")
			.run((context) -> {
				assertThat(failure(context, "default").problem()).isEqualTo(TOO_LATE);
				if (!heedsOnlyTheSocket()) {
					awaitNothingLeft();
				}
			});
		if (this.engine != Factory.SIMPLE) {
			awaitNothingLeft();
		}
	}

	/**
	 * A thread that waits for a socket can be interrupted if it is a virtual one.
	 */
	private boolean heedsOnlyTheSocket() {
		return Runtime.version().feature() < 21
				&& (this.engine == Factory.HTTP_COMPONENTS || this.engine == Factory.SIMPLE);
	}

	private void awaitNothingLeft() {
		await().atMost(Duration.ofSeconds(30)).until(() -> this.server.connections() == 0 && !isFetching());
	}

	private static boolean isFetching() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((thread) -> thread.getKey().getName().startsWith("oauth-client-fetch-"))
			.flatMap((thread) -> Arrays.stream(thread.getValue()))
			.anyMatch((frame) -> frame.getClassName().endsWith(".EndpointTokenFetcher"));
	}

	private static Script bytes(String bytes) {
		return (request, socket) -> Script.send(socket, bytes);
	}

	private static Script encoded(String encoding, byte[] body) {
		return bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: " + encoding
				+ "\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n"
				+ new String(body, StandardCharsets.ISO_8859_1));
	}

	private static byte[] gzip(byte[] body) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
			stream.write(body);
		}
		return bytes.toByteArray();
	}

	private static byte[] deflate(byte[] body) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DeflaterOutputStream stream = new DeflaterOutputStream(bytes)) {
			stream.write(body);
		}
		return bytes.toByteArray();
	}

	/**
	 * A beginning, and then the same bytes for ever, ten times a second.
	 */
	private Script drip(String beginning, String drop) {
		return (request, socket) -> {
			Script.send(socket, beginning);
			while (!this.over.await(100, TimeUnit.MILLISECONDS)) {
				Script.send(socket, drop);
			}
		};
	}

	private Script flood(String beginning, String flood) {
		return (request, socket) -> {
			Script.send(socket, beginning);
			while (this.over.getCount() > 0) {
				Script.send(socket, flood);
			}
		};
	}

	private static void awaitEnd(Socket socket) throws IOException {
		assertThat(socket.getInputStream().read()).isNegative();
	}

	@Test
	void followsNoRedirect(@TempDir Path directory) throws Exception {
		Path key = Files.writeString(directory.resolve("key.pem"), TestKey.ec("redirected", "secp256r1").pkcs8());
		try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			String target = "http://127.0.0.1:" + other.getLocalPort();
			ApplicationContextRunner runner = this.runner.withPropertyValues("spring.http.clients.redirects=follow");
			List<Integer> statuses = List.of(301, 302, 303, 307, 308);
			for (int status : statuses) {
				runner = runner.withPropertyValues("oauth.client.registration.secret" + status + ".audience=a" + status,
						"oauth.client.registration.key" + status + ".audience=a" + status,
						"oauth.client.registration.key" + status + ".assertion.key-location=" + key);
			}
			runner.run((context) -> {
				for (int status : statuses) {
					this.server.script((request, socket) -> Script.send(socket, status,
							"Location: " + target + "/token?canary\r\n", ""));
					for (String id : List.of("secret" + status, "key" + status)) {
						TokenFailure failure = failure(context, id);
						assertThat(failure.kind()).isEqualTo(Kind.LASTING);
						assertThat(failure.message())
							.contains("the token endpoint answered with a redirect to \"" + target + "\"",
									"Redirects are not followed", "status=" + status)
							.doesNotContain("canary");
					}
				}
				assertThat(this.server.requests()).hasSize(2 * statuses.size())
					.filteredOn((request) -> request.body().contains("client_assertion="))
					.hasSameSizeAs(statuses);
			});
			other.setSoTimeout(1);
			assertThatExceptionOfType(SocketTimeoutException.class).as("no connection").isThrownBy(other::accept);
		}
	}

	@Test
	void asksNoAddressThatTheApplicationFilters() {
		this.runner.withBean(InetAddressFilter.class, InetAddressFilter::externalAddresses)
			.withPropertyValues("oauth.client.registration.found.issuer-uri=" + this.server.url(""),
					"oauth.client.registration.found.client-id=found",
					"oauth.client.registration.found.client-secret=canary")
			.run((context) -> {
				if (this.engine == Factory.SIMPLE) {
					assertThat(Reports.of(context.getStartupFailure())).contains(
							"oauth.client.http is to filter addresses",
							"oauth.client.http: Choose another HTTP engine");
					return;
				}
				assertThat(failure(context, "default").message()).startsWith(
						"OAuth2 client 'default': the host '127.0.0.1' has no address that the InetAddressFilter "
								+ "of the application accepts. Check the host in token-uri, or have the filter accept it. "
								+ "[endpoint=" + this.server.url("/token"));
				assertThat(failure(context, "found").message())
					.startsWith("OAuth2 client 'found': the host '127.0.0.1' has no address that the InetAddressFilter "
							+ "of the application accepts. Check the host in issuer-uri, or have the filter accept it. "
							+ "[endpoint=" + this.server.url("/.well-known/openid-configuration"));
				assertThat(this.server.requests()).isEmpty();
			});
	}

	/**
	 * RFC 6749 section 5.2 wants a challenge only after credentials in a header. The JDK
	 * throws the body away.
	 */
	@Test
	void takesARefusalWithoutAChallenge() {
		this.server.script(Script.json(401, "{\"error\":\"invalid_client\"}"));
		this.runner.run((context) -> {
			TokenFailure failure = failure(context, "default");
			assertThat(failure.kind()).isEqualTo(Kind.LASTING);
			assertThat(failure.problem()).isEqualTo("the token request was refused" + ((this.engine == Factory.SIMPLE)
					? " without an OAuth error (content type: application/json)" : " (invalid_client)"));
			awaitNothingLeft();
		});
	}

	@Test
	void sendsNoCookieBack() {
		this.server.script((request, socket) -> Script.send(socket, 200,
				"Content-Type: application/json\r\nSet-Cookie: session=canary; Path=/\r\n", TOKEN));
		this.runner
			.withPropertyValues("spring.http.clients.cookie-handling=enable-when-possible",
					"oauth.client.registration.billing.audience=billing")
			.run((context) -> {
				token(context, "default");
				token(context, "billing");
				assertThat(this.server.requests()).hasSize(2)
					.noneMatch((request) -> request.headers().containsKey("Cookie"));
			});
	}

	@Test
	void sendsSecretsOfAnyCharacters() {
		String secret = "canary +/%&=:ö€😀";
		ApplicationContextRunner runner = this.runner.withPropertyValues("oauth.client.client-secret=" + secret);
		String encoded = "canary+%2B%2F%25%26%3D%3A%C3%B6%E2%82%AC%F0%9F%98%80";
		runner.run((context) -> {
			token(context, "default");
			String credentials = this.server.requests().get(0).header("Authorization").substring("Basic ".length());
			assertThat(new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8))
				.isEqualTo("orders:" + encoded);
		});
		runner.withPropertyValues("oauth.client.client-authentication-method=client_secret_post").run((context) -> {
			token(context, "default");
			assertThat(this.server.requests().get(1).body()).contains("client_secret=" + encoded);
			assertThat(this.server.requests().get(1).header("Expect")).isNull();
		});
	}

	@Test
	void saysThatTheConnectionIsRefused() {
		this.server.close();
		assertFailure(Script.json(200, TOKEN), Kind.PASSING,
				"the connection to " + this.server.url("") + " was refused");
	}

	/**
	 * The JDK's client takes such a host for a filtered one.
	 */
	@Test
	void saysThatTheHostIsUnknown() {
		ApplicationContextRunner unknown = this.runner.withPropertyValues(
				"oauth.client.token-uri=http://idp.invalid/token", "oauth.client.allow-insecure-http=true");
		unknown.run(TokenEndpointEngineTests::assertUnknownHost);
		if (this.engine != Factory.SIMPLE) {
			unknown.withBean(InetAddressFilter.class, InetAddressFilter::externalAddresses)
				.run(TokenEndpointEngineTests::assertUnknownHost);
		}
	}

	private static void assertUnknownHost(ApplicationContext context) {
		TokenFailure failure = failure(context, "default");
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(failure.problem()).isEqualTo("the host 'idp.invalid' cannot be resolved");
	}

	@Test
	void waitsForAConnectionNoLongerThanTheConnectTimeout() throws Exception {
		try (FullServer full = new FullServer()) {
			this.runner
				.withPropertyValues("oauth.client.token-uri=" + full.url("/token"),
						"oauth.client.http.connect-timeout=300ms")
				.run((context) -> assertThat(failure(context, "default").problem())
					.isEqualTo("the connection to " + full.url("") + " was not made in time"));
		}
	}

	@Test
	void waitsForAnAnswerNoLongerThanTheReadTimeout() {
		this.server.script((request, socket) -> awaitEnd(socket));
		this.runner.withPropertyValues("oauth.client.http.read-timeout=500ms").run((context) -> {
			assertThat(failure(context, "default").problem())
				.isEqualTo("the authorization server did not answer in time");
			awaitNothingLeft();
		});
	}

	@Test
	void waitsForTheRestOfAnAnswerNoLongerThanTheReadTimeout() {
		this.server.script((request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"acc");
			awaitEnd(socket);
		});
		this.runner.withPropertyValues("oauth.client.http.read-timeout=2s").run((context) -> {
			// The JDK's client closes the connection itself.
			assertThat(failure(context, "default").problem()).isEqualTo(
					(this.engine == Factory.JDK) ? INCOMPLETE : "the authorization server did not answer in time");
			awaitNothingLeft();
		});
	}

	@Test
	void cutsOffAServerThatDoesNotAnswer() {
		assertCutOff((request, socket) -> awaitEnd(socket));
	}

	@Test
	void cutsOffHeadersThatDrip() {
		assertCutOff(drip("HTTP/1.1 200 OK\r\nX-Slow: ", "x"));
	}

	@Test
	void cutsOffABodyThatDrips() {
		assertCutOff(drip("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n{", "x"));
	}

	@Test
	void cutsOffChunksThatDrip() {
		assertCutOff(drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
	}

	@Test
	void readsNoMoreThanItMayOfABodyThatEndsWithTheConnection() {
		assertFailure(flood("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "x".repeat(1000)), Kind.PASSING, TOO_LARGE);
	}

	@Test
	void readsNoMoreThanItMayOfAnEndlessBody() {
		Script flood = flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
				"3e8\r\n" + "x".repeat(1000) + "\r\n");
		if (this.engine == Factory.HTTP_COMPONENTS) {
			// Closing a response reads the rest of it.
			assertCutOff(flood);
		}
		else {
			assertFailure(flood, Kind.PASSING, TOO_LARGE);
		}
	}

	@Test
	void decodesWhatItDidNotAskFor() throws Exception {
		assertToken(encoded("gzip", gzip(TOKEN.getBytes(StandardCharsets.UTF_8))));
	}

	@Test
	void decodesDeflate() throws Exception {
		assertToken(encoded("deflate", deflate(TOKEN.getBytes(StandardCharsets.UTF_8))));
	}

	@Test
	void decodesNoMoreThanItMay() throws Exception {
		assertFailure(encoded("gzip", gzip(new byte[10_000_000])), Kind.PASSING, TOO_LARGE);
	}

	@Test
	void saysThatTheResponseIsDamaged() {
		assertFailure(encoded("gzip", TOKEN.getBytes(StandardCharsets.UTF_8)), Kind.PASSING,
				"the response is compressed and damaged");
	}

	@Test
	void saysThatItDoesNotKnowTheEncoding() {
		assertFailure(encoded("br", TOKEN.getBytes(StandardCharsets.UTF_8)), Kind.PASSING,
				(this.engine == Factory.HTTP_COMPONENTS) ? NOT_HTTP
						: "the response has the unsupported Content-Encoding \"br\"");
	}

	@Test
	void saysThatTheConnectionEndedBeforeTheAnswer() {
		assertFailure(bytes(""), Kind.PASSING, INCOMPLETE);
	}

	@Test
	void saysThatTheConnectionEndedInTheBody() {
		assertFailure(bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + TOKEN), Kind.PASSING, INCOMPLETE);
	}

	@Test
	void saysThatTheConnectionEndedInAChunkedBody() {
		assertFailure(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"acc\r\n"), Kind.PASSING,
				INCOMPLETE);
	}

	@Test
	void saysThatTheConnectionWasReset() {
		assertFailure((request, socket) -> {
			socket.setSoLinger(true, 0);
			socket.close();
		}, Kind.PASSING, INCOMPLETE);
	}

	@Test
	void saysThatAChunkIsBroken() {
		assertFailure(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"acc\r\n"), Kind.PASSING,
				INCOMPLETE, NOT_HTTP);
	}

	/**
	 * One engine takes no notice of lines before the status, and then finds none.
	 */
	@Test
	void saysThatTheAnswerIsNotHttp() {
		assertFailure(bytes("garbage and nonsense\r\n\r\n"), Kind.PASSING,
				(this.engine == Factory.HTTP_COMPONENTS) ? INCOMPLETE : NOT_HTTP);
	}

	/**
	 * Some engines have no limit that this reaches.
	 */
	@Test
	void survivesEnormousHeaders() {
		this.server.script((request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nX-Big: " + "x".repeat(1_000_000) + "\r\nContent-Length: "
					+ TOKEN.length() + "\r\nConnection: close\r\n\r\n" + TOKEN);
		});
		this.runner.run((context) -> {
			if (this.engine == Factory.HTTP_COMPONENTS || this.engine == Factory.JETTY) {
				assertThat(token(context, "default")).isEqualTo("canary-a");
			}
			else {
				assertThat(failure(context, "default").problem()).isEqualTo(NOT_HTTP);
			}
			awaitNothingLeft();
		});
	}

	@Test
	void waitsForTheFinalAnswer() {
		assertToken((request, socket) -> {
			Script.send(socket, "HTTP/1.1 100 Continue\r\n\r\n");
			Script.json(200, TOKEN).answer(request, socket);
		});
	}

	/**
	 * Two engines take early hints for the answer, one of them on older JDKs only. Nobody
	 * can mend that from outside.
	 */
	@Test
	void waitsForTheAnswerAfterEarlyHints() {
		Script script = (request, socket) -> {
			Script.send(socket, "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
			Script.json(200, TOKEN).answer(request, socket);
		};
		String problem = "the HTTP client took an interim answer for the final one";
		if (this.engine == Factory.REACTOR) {
			assertFailure(script, Kind.PASSING, problem);
		}
		else if (this.engine == Factory.SIMPLE) {
			this.server.script(script);
			this.runner.run((context) -> {
				Throwable thrown = catchThrowable(() -> token(context, "default"));
				assertThat((thrown != null) ? thrown.getMessage() : problem).contains(problem);
			});
		}
		else {
			assertToken(script);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 503 })
	void makesOneRequestOfAServerThatWantsAPause(int status) {
		this.server.script((request, socket) -> Script.send(socket, status, "Retry-After: 1\r\n", ""));
		this.runner.run((context) -> {
			assertThat(failure(context, "default").kind()).isEqualTo(Kind.THROTTLED);
			assertThat(this.server.requests()).hasSize(1);
		});
	}

	/**
	 * The server closes a connection that it had kept open when the next request arrives,
	 * which is as late as it can.
	 */
	@Test
	void survivesAConnectionThatWasClosedMeanwhile() {
		this.server.script((request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + TOKEN.length()
					+ "\r\n\r\n" + TOKEN);
			socket.getInputStream().read();
		});
		this.runner
			.withPropertyValues("oauth.client.retry.max-attempts=2",
					"oauth.client.registration.billing.audience=billing")
			.run((context) -> {
				assertThat(token(context, "default")).isEqualTo("canary-a");
				assertThat(token(context, "billing")).isEqualTo("canary-a");
				assertThat(this.server.requests()).hasSize(2);
			});
	}

}
