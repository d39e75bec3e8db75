/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLSocket;

import com.nimbusds.jwt.SignedJWT;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.OAuthClientCustomizer;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ReceivedTokenRequest;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that prove themselves with the certificate of their TLS connection, to which
 * their tokens are bound, against Spring Authorization Server.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8705">RFC 8705</a>
 */
class MutualTlsTests {

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private static AuthorizationServer server;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.base-url=" + server.url(""), "oauth.client.scope=inventory.read",
				"oauth.client.http.ssl.bundle=client");

	@BeforeAll
	static void start() throws Exception {
		certificates = new Certificates(directory).withClients();
		server = AuthorizationServer.start(0, Duration.ofMinutes(5), certificates.server());
		server.clientKeys("self_signed_tls_client_auth", certificates.jwk("self-signed"),
				certificates.jwk("next-self-signed"));
		server.clientKeys("ES256", certificates.jwk("client"), certificates.jwk("self-signed"));
	}

	@BeforeEach
	void forget() {
		server.tokenRequests();
	}

	@AfterAll
	static void close() {
		server.close();
	}

	private ApplicationContextRunner client(String clientId, String method, String certificate) throws Exception {
		return this.runner.withPropertyValues(certificates.bundle("client", certificate))
			.withPropertyValues("oauth.client.token-uri=" + server.url("/oauth2/token"),
					"oauth.client.client-id=" + clientId, "oauth.client.client-authentication-method=" + method);
	}

	@ParameterizedTest
	@CsvSource({ "tls_client_auth, client", "self_signed_tls_client_auth, self-signed" })
	void callsAnApiWithATokenThatIsBoundToTheCertificate(String method, String certificate) throws Exception {
		client(method, method, certificate).withPropertyValues("spring.http.clients.ssl.bundle=client")
			.run((context) -> {
				assertThat(context.getBean(RestClient.class)
					.get()
					.uri(AuthorizationServer.STOCK)
					.retrieve()
					.body(String.class)).isEqualTo("{\"apples\":3}");
				assertThat(context.getBean(WebClient.class)
					.get()
					.uri(AuthorizationServer.STOCK)
					.retrieve()
					.bodyToMono(String.class)
					.block()).isEqualTo("{\"apples\":3}");
				assertThat(boundTo(context.getBean(TokenSources.class).get("default").await()))
					.isEqualTo(certificates.thumbprint(certificate));
				assertThat(server.tokenRequests()).hasSize(1).allSatisfy(MutualTlsTests::assertProvedByCertificate);
			});
	}

	private static void assertProvedByCertificate(ReceivedTokenRequest request) {
		assertThat(request.authorization()).isNull();
		assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope", "client_id");
	}

	/**
	 * The certificate that may use a token.
	 */
	private static Object boundTo(AccessToken token) throws Exception {
		return SignedJWT.parse(token.value()).getJWTClaimsSet().getJSONObjectClaim("cnf").get("x5t#S256");
	}

	@Test
	void aCertificateIsNoProofNextToAnAssertion() throws Exception {
		client("ES256", "private_key_jwt", "client").withPropertyValues("oauth.client.assertion.ssl-bundle=client")
			.run((context) -> {
				context.getBean(TokenSources.class).get("default").await();
				assertThat(server.tokenRequests()).singleElement()
					.satisfies((request) -> assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope",
							"client_id", "client_assertion_type", "client_assertion"));
			});
	}

	@Test
	void theEndpointForCertificatesIsThatOfTheMetadata() throws Exception {
		try (ScriptedServer metadata = new ScriptedServer(Script.json(500, "{}"))) {
			metadata.script(Script.json(200,
					"{\"issuer\":\"%s\",\"token_endpoint\":\"%s\",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"%s\"}}"
						.formatted(metadata.url(""), metadata.url("/token"), server.url("/oauth2/token"))));
			this.runner.withPropertyValues(certificates.bundle("client", "client"))
				.withPropertyValues("oauth.client.issuer-uri=" + metadata.url(""),
						"oauth.client.client-id=tls_client_auth",
						"oauth.client.client-authentication-method=tls-client-auth")
				.run((context) -> {
					context.getBean(TokenSources.class).get("default").await();
					assertThat(server.tokenRequests()).hasSize(1).allSatisfy(MutualTlsTests::assertProvedByCertificate);
					assertThat(metadata.requests()).extracting(ScriptedServer.Request::path).doesNotContain("/token");
				});
		}
	}

	@Test
	void theTokenChangesTogetherWithTheCertificate() throws Exception {
		client("tls_client_auth", "tls_client_auth", "client").run((context) -> {
			TokenSource source = context.getBean(TokenSources.class).get("default");
			assertThat(boundTo(source.await())).isEqualTo(certificates.thumbprint("client"));
			context.getBean(SslBundleRegistry.class).updateBundle("client", certificates.sslBundle("next-client"));
			assertThat(boundTo(source.await())).isEqualTo(certificates.thumbprint("next-client"));
			assertThat(server.tokenRequests()).hasSize(2).allSatisfy(MutualTlsTests::assertProvedByCertificate);
		});
	}

	@Test
	void theTokenChangesTogetherWithTheFilesOfTheCertificate(@TempDir Path files) throws Exception {
		write(files, "client");
		client("tls_client_auth", "tls_client_auth", "self-signed")
			.withPropertyValues("oauth.client.http.ssl.bundle=files", "spring.ssl.bundle.watch.file.quiet-period=100ms",
					"spring.ssl.bundle.pem.files.reload-on-update=true",
					"spring.ssl.bundle.pem.files.keystore.certificate=" + files.resolve("tls.crt"),
					"spring.ssl.bundle.pem.files.keystore.private-key=" + files.resolve("tls.key"),
					"spring.ssl.bundle.pem.files.truststore.certificate=" + files.resolve("ca.crt"))
			.run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				assertThat(boundTo(source.await())).isEqualTo(certificates.thumbprint("client"));
				write(files, "next-client");
				Awaitility.await()
					.atMost(Duration.ofMinutes(1))
					.until(() -> boundTo(source.await()).equals(certificates.thumbprint("next-client")));
			});
	}

	private static void write(Path files, String certificate) throws Exception {
		Files.writeString(files.resolve("ca.crt"), certificates.chain("ca"));
		Files.writeString(files.resolve("tls.key"), certificates.key(certificate).pkcs8());
		Files.writeString(files.resolve("tls.crt"), certificates.chain(certificate));
	}

	@Test
	void aTokenThatIsOnItsWayWhileTheCertificateChangesIsNotUsed() throws Exception {
		CountDownLatch changed = new CountDownLatch(1);
		List<Object> shown = new CopyOnWriteArrayList<>();
		try (ScriptedServer endpoint = new ScriptedServer(certificates.serverSocket("good", true),
				(request, socket) -> {
					shown.add(((SSLSocket) socket).getSession().getPeerCertificates()[0]);
					String token = (shown.size() == 1) ? "canary-old" : "canary-new";
					assertThat(changed.await(1, TimeUnit.MINUTES)).isTrue();
					Script.json(200, "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"}".formatted(token))
						.answer(request, socket);
				})) {
			client("tls_client_auth", "tls_client_auth", "client")
				.withPropertyValues("oauth.client.token-uri=https://" + endpoint.address() + "/token",
						"oauth.client.http.read-timeout=1m", "oauth.client.http.total-timeout=1m")
				.run((context) -> {
					CompletableFuture<AccessToken> token = context.getBean(TokenSources.class)
						.get("default")
						.token()
						.toCompletableFuture();
					Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !shown.isEmpty());
					context.getBean(SslBundleRegistry.class)
						.updateBundle("client", certificates.sslBundle("next-client"));
					changed.countDown();
					assertThat(token.join().value()).isEqualTo("canary-new");
					assertThat(shown).containsExactly(certificates.certificate("client"),
							certificates.certificate("next-client"));
				});
		}
	}

	@Test
	void theNextAssertionIsSignedWithTheKeyOfTheReloadedBundle() throws Exception {
		client("ES256", "private_key_jwt", "client")
			.withPropertyValues("oauth.client.assertion.ssl-bundle=client",
					"oauth.client.assertion.certificate-thumbprint=true")
			.run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				source.await();
				context.getBean(SslBundleRegistry.class).updateBundle("client", certificates.sslBundle("self-signed"));
				// The update has begun the next request, and may have had its answer.
				source.await();
				assertThat(server.tokenRequests())
					.extracting((request) -> request.assertion().getHeader().getX509CertSHA256Thumbprint().toString())
					.containsExactly(certificates.thumbprint("client"), certificates.thumbprint("self-signed"));
			});
	}

	/**
	 * The HTTP client of the API is the application's, and follows the bundle after the
	 * token is dropped and before there is another.
	 */
	@ParameterizedTest
	@CsvSource({ "tls_client_auth, client, next-client", "self_signed_tls_client_auth, self-signed, next-self-signed" })
	void noCallFailsWhileTheCertificateRotates(String method, String before, String after) throws Exception {
		Object update = new Object();
		client(method, method, before).withBean(OAuthClientCustomizer.class, () -> notDuring(update)).run((context) -> {
			RestClient client = apiClient(context);
			AtomicBoolean done = new AtomicBoolean();
			Callers callers = new Callers(9, (number) -> {
				if (number == 8) {
					rotate(context, after, update, done);
				}
				while (!done.get()) {
					client.get().uri(AuthorizationServer.STOCK).retrieve().toBodilessEntity();
				}
			});
			callers.callAllAtOnce();
			assertThat(callers.failures()).isEmpty();
			assertThat(boundTo(context.getBean(TokenSources.class).get("default").await()))
				.isEqualTo(certificates.thumbprint(after));
		});
	}

	/**
	 * Make no token request while somebody else holds a monitor.
	 */
	private static OAuthClientCustomizer notDuring(Object monitor) {
		return (keys) -> keys.supply("default", "parameters.none", () -> {
			synchronized (monitor) {
				return null;
			}
		});
	}

	private static RestClient apiClient(ApplicationContext context) {
		SslBundles bundles = context.getBean(SslBundles.class);
		AtomicReference<ClientHttpRequestFactory> factory = new AtomicReference<>(factory(bundles.getBundle("client")));
		bundles.addBundleUpdateHandler("client", (bundle) -> factory.set(factory(bundle)));
		return RestClient.builder()
			.baseUrl(server.url(""))
			.requestFactory((uri, method) -> factory.get().createRequest(uri, method))
			.requestInterceptor(context.getBean(BearerTokenInterceptor.class).forRegistration("default"))
			.build();
	}

	private static ClientHttpRequestFactory factory(SslBundle bundle) {
		return ClientHttpRequestFactoryBuilder.jdk().build(HttpClientSettings.ofSslBundle(bundle));
	}

	private static void rotate(ApplicationContext context, String certificate, Object update, AtomicBoolean done) {
		TokenSource source = context.getBean(TokenSources.class).get("default");
		try {
			source.await();
			synchronized (update) {
				context.getBean(SslBundleRegistry.class).updateBundle("client", certificates.sslBundle(certificate));
			}
			source.await();
			source.refresh().toCompletableFuture().join();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			done.set(true);
		}
	}

}
