/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ReceivedTokenRequest;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.testing.TestKey;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ways in which a client proves itself in a token request, against Spring
 * Authorization Server.
 */
class ClientAuthenticationTests {

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private static AuthorizationServer server;

	/** The key of each algorithm, whose name is also the id of the client that has it. */
	private static Map<String, TestKey> keys;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.base-url=" + server.url(""), "oauth.client.scope=inventory.read");

	@BeforeAll
	static void start() throws Exception {
		TestKey rsa = TestKey.rsa("rsa", 2048);
		keys = Map.of("RS256", rsa, "RS384", rsa, "RS512", rsa, "PS256", rsa, "PS384", rsa, "PS512", rsa, "ES256",
				TestKey.ec("p256", "secp256r1"), "ES384", TestKey.ec("p384", "secp384r1"), "ES512",
				TestKey.ec("p521", "secp521r1"));
		certificates = new Certificates(directory).withClients();
		server = AuthorizationServer.start(0, Duration.ofMinutes(5));
		keys.forEach((algorithm, key) -> server.clientKeys(algorithm, key.jwk()));
		server.clientKeys("ES256", keys.get("ES256").jwk(), certificates.jwk("client"));
	}

	@BeforeEach
	void forget() {
		server.tokenRequests();
	}

	@AfterAll
	static void close() {
		server.close();
	}

	private static String file(String content) throws Exception {
		return Files.writeString(Files.createTempFile(directory, "credential", ".txt"), content).toString();
	}

	private ApplicationContextRunner client(String endpoint, String clientId, String... properties) {
		return this.runner.withPropertyValues("oauth.client." + endpoint, "oauth.client.client-id=" + clientId)
			.withPropertyValues(Stream.of(properties).map("oauth.client."::concat).toArray(String[]::new));
	}

	private ApplicationContextRunner clientOfServer(String clientId, String... properties) {
		return client("token-uri=" + server.url("/oauth2/token"), clientId, properties);
	}

	/**
	 * Call the API and expect an answer.
	 * @return the token request it took
	 */
	private static ReceivedTokenRequest call(ApplicationContextRunner client) {
		client.run((context) -> {
			assertThat(context.getBean(WebClient.class)
				.get()
				.uri(AuthorizationServer.STOCK)
				.retrieve()
				.bodyToMono(String.class)
				.block()).isEqualTo("{\"apples\":3}");
			assertThat(context.getBean(RestClient.class)
				.get()
				.uri(AuthorizationServer.STOCK)
				.retrieve()
				.body(String.class)).isEqualTo("{\"apples\":3}");
		});
		List<ReceivedTokenRequest> requests = server.tokenRequests();
		assertThat(requests).hasSize(1);
		return requests.get(0);
	}

	private ReceivedTokenRequest call(String clientId, String... properties) {
		return call(clientOfServer(clientId, properties));
	}

	private static JWSHeader assertProvedByAssertion(ReceivedTokenRequest request) {
		assertThat(request.authorization()).isNull();
		assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope", "client_id", "client_assertion_type",
				"client_assertion");
		assertThat(request.parameters().get("client_assertion_type"))
			.containsExactly("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
		return request.assertion().getHeader();
	}

	@Test
	void sendsItsSecretInTheHeader() throws Exception {
		ReceivedTokenRequest request = call("client_secret_basic",
				"client-secret-location=" + file(AuthorizationServer.SECRET + "\n"));
		assertThat(request.authorization()).startsWith("Basic ");
		assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope");
	}

	@Test
	void sendsItsSecretInTheBody() throws Exception {
		ReceivedTokenRequest request = call("client_secret_post", "client-authentication-method=client-secret-post",
				"client-secret-location=" + file(AuthorizationServer.SECRET));
		assertThat(request.authorization()).isNull();
		assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope", "client_id", "client_secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "HS256", "HS384", "HS512" })
	void signsWithItsSecret(String algorithm) {
		ReceivedTokenRequest request = call(algorithm, "client-authentication-method=client_secret_jwt",
				"client-secret=" + AuthorizationServer.secret(algorithm), "assertion.algorithm=" + algorithm);
		assertThat(assertProvedByAssertion(request).getAlgorithm()).hasToString(algorithm);
	}

	@Test
	void signsWithItsSecretFromAFile() throws Exception {
		ReceivedTokenRequest request = call("HS256", "client-authentication-method=client-secret-jwt",
				"client-secret-location=" + file(AuthorizationServer.secret("HS256") + "\r\n"));
		assertThat(assertProvedByAssertion(request).getAlgorithm()).hasToString("HS256");
	}

	@ParameterizedTest
	@ValueSource(strings = { "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512" })
	void signsWithItsKey(String algorithm) throws Exception {
		ReceivedTokenRequest request = call(algorithm, "client-authentication-method=private_key_jwt",
				"assertion.key-location=" + file(keys.get(algorithm).pkcs8()), "assertion.algorithm=" + algorithm);
		assertThat(assertProvedByAssertion(request).getAlgorithm()).hasToString(algorithm);
	}

	@ParameterizedTest
	@ValueSource(strings = { "RS256", "ES256", "ES384", "ES512" })
	void theKeyDecidesTheMethodAndTheAlgorithm(String algorithm) throws Exception {
		ReceivedTokenRequest request = call(algorithm, "assertion.key-location=" + file(keys.get(algorithm).pkcs8()));
		assertThat(assertProvedByAssertion(request).getAlgorithm()).hasToString(algorithm);
	}

	@ParameterizedTest
	@EnumSource
	void readsAKeyInEveryForm(Form form) throws Exception {
		JWSHeader header = assertProvedByAssertion(
				call(form.clientId, "assertion.key-id=" + keys.get(form.clientId).id(),
						"assertion.key-location=" + file(form.write(keys.get(form.clientId))),
						"assertion.key-password=" + TestKey.PASSWORD));
		assertThat(header.getKeyID()).isEqualTo(keys.get(form.clientId).id());
	}

	@Test
	void signsWithTheReadyMadeAssertionOfAFile() throws Exception {
		ReceivedTokenRequest made = call("ES256", "assertion.key-location=" + file(keys.get("ES256").pkcs8()));
		ReceivedTokenRequest request = call("ES256", "assertion.location=" + file(made.assertion().serialize() + "\n"));
		assertProvedByAssertion(request);
		assertThat(request.assertion().serialize()).isEqualTo(made.assertion().serialize());
	}

	@Test
	void signsWithTheKeyOfAnSslBundle() throws Exception {
		ReceivedTokenRequest request = call(
				clientOfServer("ES256", "assertion.ssl-bundle=signer", "assertion.certificate-thumbprint=true")
					.withPropertyValues(certificates.bundle("signer", "client")));
		assertThat(assertProvedByAssertion(request).getX509CertSHA256Thumbprint())
			.hasToString(certificates.thumbprint("client"));
	}

	@Test
	void sendsTheThumbprintOfTheCertificateInAFile() throws Exception {
		ReceivedTokenRequest request = call("ES256",
				"assertion.key-location=" + file(certificates.key("client").pkcs8()),
				"assertion.certificate-location=" + file(certificates.chain("client")),
				"assertion.certificate-thumbprint=true");
		assertThat(assertProvedByAssertion(request).getX509CertSHA256Thumbprint())
			.hasToString(certificates.thumbprint("client"));
	}

	@Test
	void anAssertionSaysNoMoreThanItHasTo() throws Exception {
		SignedJWT assertion = call("ES256", "assertion.key-location=" + file(keys.get("ES256").pkcs8())).assertion();
		assertThat(assertion.getHeader().toJSONObject()).containsOnly(Map.entry("alg", "ES256"),
				Map.entry("typ", "client-authentication+jwt"));
		JWTClaimsSet claims = assertion.getJWTClaimsSet();
		assertThat(claims.getClaims()).containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti")
			.containsEntry("iss", "ES256")
			.containsEntry("sub", "ES256");
		assertThat(assertion.getPayload().toJSONObject()).containsEntry("aud", server.url("/oauth2/token"));
		assertThat(Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
			.isEqualTo(Duration.ofSeconds(60));
	}

	@Test
	void anAssertionSaysWhatIsConfigured() throws Exception {
		SignedJWT assertion = call("ES256", "assertion.key-location=" + file(keys.get("ES256").pkcs8()),
				"assertion.key-id=p256", "assertion.type=JWT", "assertion.audience=" + server.url(""),
				"assertion.lifetime=30s", "assertion.claims.tenant=north")
			.assertion();
		assertThat(assertion.getHeader().toJSONObject()).containsOnly(Map.entry("alg", "ES256"),
				Map.entry("typ", "JWT"), Map.entry("kid", "p256"));
		JWTClaimsSet claims = assertion.getJWTClaimsSet();
		assertThat(claims.getClaims()).containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti", "tenant")
			.containsEntry("aud", List.of(server.url("")))
			.containsEntry("tenant", "north");
		assertThat(Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
			.isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void theAudienceIsTheIssuerIfItIsKnown() throws Exception {
		ReceivedTokenRequest request = call(client("issuer-uri=" + server.url(""), "ES256",
				"assertion.key-location=" + file(keys.get("ES256").pkcs8())));
		assertProvedByAssertion(request);
		assertThat(request.assertion().getPayload().toJSONObject()).containsEntry("aud", server.url(""));
	}

	@Test
	void theAudienceIsTheTokenEndpointIfThatIsWanted() throws Exception {
		ReceivedTokenRequest request = call(client("issuer-uri=" + server.url(""), "ES256",
				"assertion.key-location=" + file(keys.get("ES256").pkcs8()), "assertion.audience=token-uri"));
		assertThat(request.assertion().getPayload().toJSONObject()).containsEntry("aud", server.url("/oauth2/token"));
	}

	@Test
	void provesNothingWithTheMethodNone() {
		try (ScriptedServer other = new ScriptedServer(Script.tokens("canary-", 3600))) {
			client("token-uri=" + other.url("/token"), "orders", "client-authentication-method=none")
				.run((context) -> context.getBean(TokenSources.class).get("default").await());
			ReceivedTokenRequest request = ReceivedTokenRequest.of(other.requests().get(0));
			assertThat(request.authorization()).isNull();
			assertThat(request.parameters()).containsOnlyKeys("grant_type", "scope", "client_id");
		}
	}

	@Test
	void claimsForTheGrantAreNotThoseOfTheClient() throws Exception {
		try (ScriptedServer other = new ScriptedServer(Script.tokens("canary-", 3600))) {
			client("token-uri=" + other.url("/token"), "orders", "client-authentication-method=private_key_jwt",
					"authorization-grant-type=" + RequestStyle.JWT_BEARER,
					"assertion.key-location=" + file(keys.get("ES256").pkcs8()), "assertion.claims.sub=somebody")
				.run((context) -> context.getBean(TokenSources.class).get("default").await());
			ReceivedTokenRequest request = ReceivedTokenRequest.of(other.requests().get(0));
			assertThat(request.assertion().getJWTClaimsSet().getSubject()).isEqualTo("orders");
			assertThat(SignedJWT.parse(request.parameters().get("assertion").get(0)).getJWTClaimsSet().getSubject())
				.isEqualTo("somebody");
		}
	}

	@Test
	void signsWithAnEdwardsKey() throws Exception {
		TestKey key = TestKey.ed25519("edwards");
		try (ScriptedServer other = new ScriptedServer(Script.tokens("canary-", 3600))) {
			client("token-uri=" + other.url("/token"), "orders", "assertion.key-location=" + file(key.pkcs8()))
				.run((context) -> context.getBean(TokenSources.class).get("default").await());
			SignedJWT assertion = ReceivedTokenRequest.of(other.requests().get(0)).assertion();
			assertThat(assertion.getHeader().getAlgorithm()).hasToString("EdDSA");
			Signature signature = Signature.getInstance("Ed25519");
			signature.initVerify(key.pair().getPublic());
			signature.update(assertion.getSigningInput());
			assertThat(signature.verify(assertion.getSignature().decode())).isTrue();
		}
	}

	@Test
	void everyAttemptHasAnAssertionOfItsOwn() throws Exception {
		String key = file(keys.get("ES256").pkcs8());
		try (ScriptedServer other = new ScriptedServer(Script.json(503, "{}"))) {
			Script tokens = Script.tokens("canary-", 3600);
			other.script((request, socket) -> ((other.requests().size() % 2 == 1) ? Script.json(503, "{}") : tokens)
				.answer(request, socket));
			client("token-uri=" + other.url("/token"), "ES256", "assertion.key-location=" + key, "retry.backoff=1ms")
				.run((context) -> {
					TokenSource source = context.getBean(TokenSources.class).get("default");
					for (int i = 0; i < 50; i++) {
						source.refresh().toCompletableFuture().join();
					}
				});
			assertThat(other.requests()).hasSize(100)
				.extracting((request) -> ReceivedTokenRequest.of(request).assertion().getJWTClaimsSet().getJWTID())
				.doesNotContainNull()
				.doesNotHaveDuplicates();
		}
	}

	/**
	 * How a key is written down.
	 */
	enum Form {

		PKCS8("RS256", TestKey::pkcs8), PKCS8_ENCRYPTED("RS256", TestKey::encryptedPkcs8),
		PKCS1("RS256", TestKey::pkcs1), SEC1("ES384", TestKey::sec1), JWK("ES512", (key) -> key.jwk().toJSONString()),
		JWK_SET("ES256", (key) -> new JWKSet(List.of(keys.get("ES384").jwk(), key.jwk(), keys.get("RS256").jwk()))
			.toString(false));

		private final String clientId;

		private final Writer writer;

		Form(String clientId, Writer writer) {
			this.clientId = clientId;
			this.writer = writer;
		}

		String write(TestKey key) throws Exception {
			return this.writer.write(key);
		}

		private interface Writer {

			String write(TestKey key) throws Exception;

		}

	}

}
