/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.RequestStyle.Format;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.credential.AssertionSettings;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher.Response;
import io.github.outboundauth.token.TokenFetcher.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_BASIC;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_POST;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.NONE;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.PRIVATE_KEY_JWT;

class AuthenticatedRequestsTests {

	private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

	private static final List<ClientAuthenticationMethod> WITH_SECRET = List.of(CLIENT_SECRET_BASIC,
			CLIENT_SECRET_POST);

	private static final Script REFUSAL = Script.json(401, "{\"error\":\"invalid_client\"}");

	private final ScriptedServer server = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();

	private Credential<String> secret = new Credential<>("canary +:", null);

	private RequestStyle style = RequestStyle.STANDARD;

	private AuthorizationServer authorizationServer = AuthorizationServer.at(URI.create(this.server.url("/token")));

	private boolean mutualTls;

	@AfterEach
	void close() {
		this.server.close();
		this.scheduler.shutdownNow();
	}

	@Test
	void remarksThatTheCertificateOfAKeyEndsSoon(@TempDir Path directory) throws Exception {
		Certificates certificates = new Certificates(directory);
		SigningKey key = SigningKey.of(certificates.key("good").pair().getPrivate(), certificates.certificate("good"),
				null, null);
		AtomicReference<Instant> now = new AtomicReference<>(NOW);
		AuthenticatedRequests requests = requests(AssertionAuthentication.signed(PRIVATE_KEY_JWT,
				() -> new Credential<>(key, null),
				new AssertionSettings("orders", null, Duration.ofMinutes(1), "JWT", false, Map.of()), now::get));
		assertThat(requests.next().remarks()).isEmpty();
		now.set(certificates.end("good").minus(Duration.ofDays(1)));
		assertThat(requests.next().remarks()).singleElement().asString().contains("ends at", "have it renewed");
	}

	@Test
	void tellsOnceThatTheClientProvedItselfWithSomethingElse() {
		AuthenticatedRequests requests = requests(secret());
		requests.next();
		assertThat(requests.tookChange()).isFalse();
		requests.next();
		assertThat(requests.tookChange()).isFalse();
		this.secret = new Credential<>("canary 2", null);
		assertThat(requests.tookChange()).isFalse();
		requests.next();
		assertThat(requests.tookChange()).isTrue();
		assertThat(requests.tookChange()).isFalse();
	}

	private AuthenticatedRequests requests(ClientAuthentication... proofs) {
		ClientRegistration client = ClientRegistration.withRegistrationId("billing")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri("unknown")
			.clientId("orders")
			.scope("read", "write")
			.build();
		return new AuthenticatedRequests(new TokenRequest(client, this.parameters, new HttpHeaders(), this.style),
				SuppliedValues.NONE, (id) -> this.authorizationServer, List.of(proofs), this.mutualTls);
	}

	private Result fetch(TokenRequests requests) {
		return new EndpointTokenFetcher(requests, ClientHttpRequestFactoryBuilder.jdk().build(),
				ResponseRules.standard(65536), Timekeeper.system(this.scheduler))
			.fetch();
	}

	private Result fetch(ClientAuthentication... proofs) {
		return fetch(requests(proofs));
	}

	private TokenFailure failure(ClientAuthentication... proofs) {
		return (TokenFailure) fetch(proofs);
	}

	private Request request(ClientAuthentication... proofs) {
		assertThat(fetch(proofs)).isInstanceOf(Response.class);
		assertThat(this.server.requests()).hasSize(1);
		return this.server.requests().get(0);
	}

	private ClientAuthentication secret() {
		return new SecretAuthentication(WITH_SECRET, () -> this.secret, true);
	}

	private static ClientAuthentication signed(ClientAuthenticationMethod method) {
		SigningKey key = SigningKey.ofSecret("canary".repeat(10), null);
		return signed(method, () -> new Credential<>(key, null));
	}

	private static ClientAuthentication signed(ClientAuthenticationMethod method,
			Supplier<Credential<SigningKey>> key) {
		AssertionSettings settings = new AssertionSettings("orders", null, Duration.ofMinutes(1), "JWT", false,
				Map.of());
		return AssertionAuthentication.signed(method, key, settings, InstantSource.fixed(NOW));
	}

	private static String basic(String credentials) {
		return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void encodesTheCredentialsOfTheHeader() {
		assertThat(request(secret()).header("Authorization")).isEqualTo(basic("orders:canary+%2B%3A"));
	}

	@Test
	void leavesTheCredentialsOfTheHeaderAsTheyAreForServersThatDoNotDecodeThem() {
		this.style = new RequestStyle("client_credentials", " ", true, Format.FORM);
		this.secret = new Credential<>("canary +:ö€", null);
		assertThat(request(secret()).header("Authorization")).isEqualTo(basic("orders:canary +:ö€"));
	}

	@Test
	void writesTheParametersAsJson() {
		this.style = new RequestStyle("client_credentials", " ", false, Format.JSON);
		this.parameters.add("audience", "a\"b");
		this.parameters.addAll("resource", List.of("https://a.example.com", "https://b.example.com"));
		Request request = request(new SecretAuthentication(List.of(CLIENT_SECRET_POST), () -> this.secret, true));
		assertThat(request.header("Content-Type")).isEqualTo("application/json");
		assertThat(request.body()).isEqualTo("{\"grant_type\":\"client_credentials\",\"client_id\":\"orders\","
				+ "\"client_secret\":\"canary +:\",\"scope\":\"read write\",\"audience\":\"a\\\"b\","
				+ "\"resource\":[\"https://a.example.com\",\"https://b.example.com\"]}");
	}

	@ParameterizedTest
	@CsvSource({ "/token, /token?", "/token?tenant=x, /token?tenant=x&" })
	void movesTheParametersToTheUrlIfAskedTo(String path, String start) {
		this.style = new RequestStyle("client_credentials", " ", false, Format.QUERY);
		this.authorizationServer = AuthorizationServer.at(URI.create(this.server.url(path)));
		Request request = request(new SecretAuthentication(List.of(CLIENT_SECRET_POST), () -> this.secret, true));
		assertThat(request.path()).isEqualTo(
				start + "grant_type=client_credentials&client_id=orders&client_secret=canary+%2B%3A&scope=read+write");
		assertThat(request.body()).isEmpty();
		assertThat(request.header("Content-Type")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/token?a=b%20c", "/a%2Fb/token", "/token?a=%C3%B6&b=" })
	void sendsTheUrlAsItIsWritten(String path) {
		this.authorizationServer = AuthorizationServer.at(URI.create(this.server.url(path)));
		assertThat(request(secret()).path()).isEqualTo(path);
	}

	@Test
	void separatesScopesAsTheServerWants() {
		this.style = new RequestStyle("account_credentials", ",", false, Format.FORM);
		assertThat(request(secret()).body()).isEqualTo("grant_type=account_credentials&scope=read%2Cwrite");
	}

	@Test
	void sendsTheAssertionAsTheGrantAndNothingElse() {
		this.style = new RequestStyle(RequestStyle.JWT_BEARER, " ", false, Format.FORM);
		Request request = request(ClientAuthentication.without(NONE), signed(NONE));
		assertThat(request.header("Authorization")).isNull();
		assertThat(request.body())
			.startsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&scope=read+write&assertion=")
			.doesNotContain("client_id");
	}

	@Test
	void authenticatesBesideTheGrant() {
		this.style = new RequestStyle(RequestStyle.JWT_BEARER, " ", false, Format.FORM);
		Request request = request(secret(), signed(NONE));
		assertThat(request.header("Authorization")).startsWith("Basic ");
		assertThat(request.body()).contains("&assertion=").doesNotContain("client_assertion");
	}

	private void publish(String... methods) {
		this.authorizationServer = new AuthorizationServer(null, this.authorizationServer.tokenEndpoint(),
				URI.create(this.server.url("/mtls/token")), Set.of(methods), Set.of("PS256"), null);
	}

	@Test
	void usesTheMethodForSecretsThatTheServerSupports() {
		publish("client_secret_post", "private_key_jwt");
		Request request = request(secret());
		assertThat(request.header("Authorization")).isNull();
		assertThat(request.body()).contains("client_secret=");
	}

	@Test
	void sendsNoSecretToAServerThatWantsNone() {
		publish("private_key_jwt", "tls_client_auth");
		TokenFailure failure = failure(secret());
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.problem()).contains("private_key_jwt", "tls_client_auth")
			.endsWith("and the client is configured for client_secret_basic");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void signsWithNothingThatTheServerDoesNotAccept() {
		publish("private_key_jwt");
		TokenFailure failure = failure(signed(PRIVATE_KEY_JWT));
		assertThat(failure.problem()).isEqualTo("the credential of the client signs with [HS256, HS384], "
				+ "which the authorization server does not accept");
		assertThat(failure.advice()).isEqualTo("Use a key or an assertion.algorithm for one of [PS256]");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void goesToTheEndpointForCertificatesWithOne() {
		publish("client_secret_basic");
		this.mutualTls = true;
		assertThat(request(secret()).path()).isEqualTo("/mtls/token");
	}

	@Test
	void doesNotAskWhereNoCertificateCanBeShown() {
		publish("tls_client_auth");
		this.mutualTls = true;
		assertThat(failure(ClientAuthentication.without(ClientAuthenticationMethod.TLS_CLIENT_AUTH)).problem())
			.isEqualTo("the token endpoint uses http, where no client certificate can be shown");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void triesOnceMoreWithASecretThatHasChanged() {
		this.server.script((request, socket) -> {
			boolean first = this.server.requests().size() == 1;
			this.secret = new Credential<>("canary-2", null);
			(first ? REFUSAL : Script.tokens("canary-", 3600)).answer(request, socket);
		});
		assertThat(fetch(secret())).isInstanceOf(Response.class);
		assertThat(this.server.requests()).extracting((request) -> request.header("Authorization"))
			.containsExactly(basic("orders:canary+%2B%3A"), basic("orders:canary-2"));
	}

	@Test
	void doesNotRepeatWhatWasRefused() {
		this.server.script(REFUSAL);
		AuthenticatedRequests requests = requests(secret());
		assertThat(fetch(requests)).isInstanceOf(TokenFailure.class);
		assertThat(this.server.requests()).hasSize(1);
		assertThat(requests.awaitsChange()).isTrue();
		assertThat(requests.hasChanged()).isFalse();
		this.secret = new Credential<>("canary-2", null);
		assertThat(requests.hasChanged()).isTrue();
	}

	@Test
	void triesAWrongNewSecretOnce() {
		this.server.script((request, socket) -> {
			this.secret = new Credential<>("canary-2", null);
			REFUSAL.answer(request, socket);
		});
		AuthenticatedRequests requests = requests(secret());
		assertThat(fetch(requests)).isInstanceOf(TokenFailure.class);
		assertThat(this.server.requests()).hasSize(2);
		assertThat(requests.awaitsChange()).isTrue();
		assertThat(requests.hasChanged()).isFalse();
	}

	@Test
	void forgetsWhatWasRefusedOnceSomethingElseIsAccepted() {
		this.server.script(REFUSAL);
		AuthenticatedRequests requests = requests(secret());
		fetch(requests);
		this.secret = new Credential<>("canary-2", null);
		this.server.script(Script.tokens("canary-", 3600));
		fetch(requests);
		assertThat(requests.awaitsChange()).isFalse();
		assertThat(requests.hasChanged()).isFalse();
	}

	@Test
	void awaitsNoChangeOfWhatCannotChange() {
		this.server.script(REFUSAL);
		AuthenticatedRequests requests = requests(new SecretAuthentication(WITH_SECRET, () -> this.secret, false));
		fetch(requests);
		assertThat(requests.awaitsChange()).isFalse();
	}

	@Test
	void signsTheGrantWhateverAlgorithmsTheServerAcceptsFromClients() {
		publish("client_secret_basic");
		this.style = new RequestStyle(RequestStyle.JWT_BEARER, " ", false, Format.FORM);
		assertThat(request(secret(), signed(NONE)).body()).contains("&assertion=");
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_scope", "503, temporarily_unavailable", "429, slow_down" })
	void blamesNoCredentialForOtherFailures(int status, String error) {
		this.server.script((request, socket) -> {
			this.secret = new Credential<>("canary-2", null);
			Script.json(status, "{\"error\":\"" + error + "\"}").answer(request, socket);
		});
		AuthenticatedRequests requests = requests(secret());
		fetch(requests);
		assertThat(requests.awaitsChange()).isFalse();
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void saysWithAFailureThatACredentialIsOld() {
		this.secret = new Credential<>("canary", "the file is gone, and the secret read before is used");
		this.server.script(REFUSAL);
		assertThat(failure(secret()).problem()).isEqualTo(
				"the token request was refused (invalid_client); the file is gone, and the secret read before is used");
	}

	@Test
	void remarksWithATokenThatACredentialIsOld() {
		this.secret = new Credential<>("canary", "the file is gone");
		assertThat(((Response) fetch(secret())).remarks()).contains("the file is gone");
	}

	@Test
	void waitsForACredentialThatCannotBeUsedYet() {
		AuthenticatedRequests requests = requests(signed(PRIVATE_KEY_JWT, () -> {
			throw new InvalidCredentialException("is a public key", "write the private key");
		}));
		assertThat(fetch(requests)).isInstanceOfSatisfying(TokenFailure.class, (failure) -> {
			assertThat(failure.message())
				.startsWith("OAuth2 client 'billing': the credential of the client is a public "
						+ "key. Write the private key. [endpoint=");
			assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		});
		assertThat(requests.awaitsChange()).isTrue();
		assertThat(requests.hasChanged()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "-61, 0", "-59, 1", "60, 1" })
	void sendsNoReadyMadeAssertionThatHasExpired(long expiresIn, int requests) {
		String claims = "{\"sub\":\"canary\",\"exp\":" + NOW.plusSeconds(expiresIn).getEpochSecond() + "}";
		String assertion = base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".";
		Result result = fetch(AssertionAuthentication.readyMade(PRIVATE_KEY_JWT,
				() -> new Credential<>(assertion, null), InstantSource.fixed(NOW)));
		assertThat(this.server.requests()).hasSize(requests);
		if (requests == 0) {
			assertThat(((TokenFailure) result).problem())
				.isEqualTo("the credential of the client is an assertion that expired at 2026-11-21T07:58:59Z");
		}
	}

	@Test
	void sendsAReadyMadeAssertionThatItCannotRead() {
		Request request = request(AssertionAuthentication.readyMade(PRIVATE_KEY_JWT,
				() -> new Credential<>("canary.assertion.x", null), InstantSource.fixed(NOW)));
		assertThat(request.body()).contains("client_id=orders",
				"client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
				"client_assertion=canary.assertion.x");
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
