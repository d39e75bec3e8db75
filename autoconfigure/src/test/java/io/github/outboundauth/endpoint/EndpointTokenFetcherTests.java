/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class EndpointTokenFetcherTests {

	private static final String SECRET = "canary/+%ö:";

	private final ScriptedServer server = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Timekeeper time = Timekeeper.system(this.scheduler);

	private final MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();

	private final HttpHeaders headers = new HttpHeaders();

	private String tokenUri = this.server.url("/token?tenant=x");

	private ClientAuthenticationMethod method = ClientAuthenticationMethod.CLIENT_SECRET_BASIC;

	private ClientHttpRequestFactoryBuilder<?> engine = ClientHttpRequestFactoryBuilder.reactor();

	private Duration readTimeout = Duration.ofSeconds(20);

	@AfterEach
	void close() {
		this.server.close();
		this.scheduler.shutdownNow();
	}

	private TokenFetcher fetcher() {
		ClientRegistration client = ClientRegistration.withRegistrationId("billing")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.clientAuthenticationMethod(this.method)
			.tokenUri(this.tokenUri)
			.clientId("orders:1")
			.clientSecret(SECRET)
			.scope("read", "write")
			.build();
		ClientHttpRequestFactory factory = this.engine.build(HttpClientSettings.defaults()
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withTimeouts(Duration.ofSeconds(20), this.readTimeout));
		TokenRequest request = new TokenRequest(client, this.parameters, this.headers);
		return new EndpointTokenFetcher(() -> request, factory, ResponseRules.standard(65536), this.time);
	}

	private TokenFetcher.Response response() {
		TokenFetcher.Result result = fetcher().fetch();
		assertThat(result).isInstanceOf(TokenFetcher.Response.class);
		return (TokenFetcher.Response) result;
	}

	private TokenFailure failure() {
		TokenFetcher.Result result = fetcher().fetch();
		assertThat(result).isInstanceOf(TokenFailure.class);
		TokenFailure failure = (TokenFailure) result;
		assertThat(failure.message()).startsWith("OAuth2 client 'billing': ")
			.doesNotContain(SECRET, "canary", "tenant=x");
		return failure;
	}

	private Request request() {
		assertThat(this.server.requests()).hasSize(1);
		return this.server.requests().get(0);
	}

	@Test
	void sendsNothingWhenItIsInterruptedBefore() {
		this.engine = ClientHttpRequestFactoryBuilder.simple();
		Thread.currentThread().interrupt();
		try {
			TokenFailure failure = failure();
			assertThat(failure.kind()).isEqualTo(Kind.CALLER);
			assertThat(failure.message()).isEqualTo(
					"OAuth2 client 'billing': the token request was interrupted before " + "it was sent. Ask again.");
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
		}
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void postsAFormWithTheGrantAndOneScopeParameter() {
		response();
		assertThat(request().method()).isEqualTo("POST");
		assertThat(request().path()).isEqualTo("/token?tenant=x");
		assertThat(request().header("Content-Type")).startsWith("application/x-www-form-urlencoded");
		assertThat(request().header("Accept")).isEqualTo("application/json");
		assertThat(request().body()).isEqualTo("grant_type=client_credentials&scope=read+write");
	}

	@Test
	void encodesIdAndSecretBeforeItJoinsThemForBasic() {
		response();
		String credentials = request().header("Authorization").substring("Basic ".length());
		assertThat(new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8))
			.isEqualTo("orders%3A1:canary%2F%2B%25%C3%B6%3A");
	}

	@Test
	void sendsIdAndSecretInTheBodyOnlyForPost() {
		this.method = ClientAuthenticationMethod.CLIENT_SECRET_POST;
		response();
		assertThat(request().header("Authorization")).isNull();
		assertThat(request().body()).contains("client_id=orders%3A1", "client_secret=canary%2F%2B%25%C3%B6%3A");
	}

	@Test
	void sendsFurtherParametersAndHeaders() {
		this.parameters.addAll("audience", List.of("https://a.example.com", "b&scope=admin"));
		this.parameters.add("resource", "https://r.example.com");
		this.headers.add("X-Tenant", "t1");
		this.headers.add("Accept", "application/vnd.idp+json");
		response();
		assertThat(request().body()).isEqualTo("grant_type=client_credentials&scope=read+write"
				+ "&audience=https%3A%2F%2Fa.example.com&audience=b%26scope%3Dadmin"
				+ "&resource=https%3A%2F%2Fr.example.com");
		assertThat(request().header("X-Tenant")).isEqualTo("t1");
		assertThat(request().header("Accept")).isEqualTo("application/vnd.idp+json");
	}

	@Test
	void countsTheLifetimeFromSending() {
		long before = this.time.nanoTime();
		this.server.script((request, socket) -> {
			assertThat(this.time.nanoTime()).isGreaterThan(before);
			Script.tokens("canary-", 60).answer(request, socket);
		});
		TokenFetcher.Response response = response();
		assertThat(response.requestedAt()).isBetween(before, this.time.nanoTime());
		assertThat(response.expiresIn()).isEqualTo(Duration.ofSeconds(60));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			"expires_in":3600                 | PT1H
			"expires_in":"3600"               | PT1H
			"expires_in":" 3600 "             | PT1H
			"expires_in":3600.9               | PT1H
			"expires_in":3.6e3                | PT1H
			"expires_in":9223372036854775807  | PT87600H
			"expires_in":1e400                | PT87600H
			"expires_in":0                    |
			"expires_in":-5                   |
			"expires_in":"abc"                |
			"expires_in":null                 |
			"expires_in":true                 |
			"expires_in":{}                   |
			"x":1                             |
			""")
	void readsLifetimesAsServersSendThem(String member, Duration expected) {
		this.server.script(Script.json(200, "{\"access_token\":\"a\",\"token_type\":\"bearer\"," + member + "}"));
		assertThat(response().expiresIn()).isEqualTo(expected);
	}

	@Test
	void readsScopesAndRefreshIn() {
		this.server.script(Script.json(200, "\ufeff {\"access_token\":\"a:b!%=\",\"token_type\":\"BEARER\","
				+ "\"scope\":\"read  write\",\"refresh_in\":\"30\",\"nested\":{\"a\":[1,[2]]},\"refresh_token\":\"r\"}"));
		TokenFetcher.Response response = response();
		assertThat(response.token()).isEqualTo("a:b!%=");
		assertThat(response.scopes()).containsExactly("read", "write");
		assertThat(response.refreshIn()).isEqualTo(Duration.ofSeconds(30));
		assertThat(response.toString()).doesNotContain("a:b");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{}                                                        | PROTOCOL | the response has no access_token (members: [])
					{"foo":1,"b\\u0000r":2}                                  | PROTOCOL | the response has no access_token (members: ["foo"] and 1 more)
					{"access_token":"","token_type":"Bearer"}                 | PROTOCOL | access_token is not a string with something in it
					{"access_token":{"v":"x"},"token_type":"Bearer"}          | PROTOCOL | access_token is not a string with something in it
					{"access_token":12,"token_type":"Bearer"}                 | PROTOCOL | access_token is not a string with something in it
					{"access_token":"a b","token_type":"Bearer"}              | PROTOCOL | access_token contains characters that cannot be sent in a header
					{"access_token":"a\\r\\nX: y","token_type":"Bearer"}      | PROTOCOL | access_token contains characters that cannot be sent in a header
					{"access_token":"a"}                                      | PROTOCOL | the response has no token_type
					{"access_token":"a","token_type":"DPoP"}                  | PROTOCOL | token_type "DPoP" is not supported
					{"access_token":"a","token_type":"x\\r\\ny"}              | PROTOCOL | token_type is not the name of a type
					{"error":"invalid_client"}                                | LASTING | the token request was refused (invalid_client)
					{"access_token":"a","access_token":"b"}                   | PROTOCOL | the response repeats "access_token"
					{"access_token":"a"                                       | PASSING | the response is malformed JSON at character 19
					{"access_token":"a"} x                                    | PASSING | the response is malformed JSON at character 21
					["a"]                                                     | PASSING | the response is a JSON array, not an object (content type: application/json, 5 bytes)
					eyJhbGciOiJub25lIn0.canary.x                              | PASSING | the response is not a JSON object (content type: application/json, 28 bytes)
					<html>canary</html>                                       | PASSING | the response is not a JSON object
					""")
	void refusesSuccessfulAnswersThatAreNone(String body, Kind kind, String problem) {
		this.server.script(Script.json(200, body));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.message()).contains(problem.replace("\\\\", "\\"));
		assertThat(failure.status()).isEqualTo(200);
	}

	@Test
	void refusesAnEmptyAnswer() {
		this.server.script((request, socket) -> Script.send(socket, 204, "", ""));
		assertThat(failure().problem()).isEqualTo("the response was empty");
	}

	@Test
	void readsNoMoreOfAnAnswerThanItMay() {
		this.server.script(Script.json(200, "{\"access_token\":\"" + "a".repeat(70_000) + "\"}"));
		assertThat(failure().problem()).isEqualTo("the response exceeds 65536 bytes");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					400 | {"error":"invalid_scope"}                     | LASTING   | invalid_scope       | Check scope; asked for was ["read", "write"]
					400 | {"error":"unauthorized_client"}               | LASTING   | unauthorized_client | Allow the client credentials grant
					401 | {"error":"unauthorized_client"}               | LASTING   | unauthorized_client | Some servers say so of wrong credentials: Check client-id, client-secret
					400 | {"error":"invalid_target"}                    | LASTING   | invalid_target      | Check audience and resource
					400 | {"error":"invalid_grant"}                     | LASTING   | invalid_grant       | Check token-uri, authorization-grant-type and parameters; if the assertion is the grant
					403 | {"error":"access_denied"}                     | LASTING   | access_denied       | Check audience and scope
					400 | {"error":"unsupported_grant_type"}            | LASTING   | unsupported_grant_type | or the one of authorization-grant-type
					400 | {"error":"invalid_request"}                   | LASTING   | invalid_request     | Check scope, audience, resource, parameters and headers
					401 | {"error":"invalid_client"}                    | LASTING   | invalid_client      | Check client-id, client-secret and client-authentication-method; it is now client_secret_basic
					401 | <html>                                        | LASTING   |                     | Check client-id, client-secret
					403 | <html>                                        | LASTING   |                     | Check whether a gateway stands before
					404 | <html>                                        | LASTING   |                     | Check the path of token-uri
					405 | <html>                                        | LASTING   |                     | a token endpoint accepts POST
					400 | {"error":17}                                  | LASTING   |                     | Check the registration of the client
					400 | {"error":"temporarily_unavailable"}           | PASSING   | temporarily_unavailable | Check the authorization server
					408 | {}                                            | PASSING   |                     | Check the authorization server
					500 | {"access_token":"canary","token_type":"Bearer"} | PASSING |                     | Check the authorization server
					503 | <html>                                        | PASSING   |                     | Check the authorization server
					404 | {"access_token":"canary","token_type":"Bearer"} | LASTING |                     | Check the path of token-uri
					429 | {}                                            | THROTTLED |                     | Make fewer requests
					""")
	void classifiesAnswersThatAreNotSuccessful(int status, String body, Kind kind, String error, String advice) {
		this.server.script(Script.json(status, body));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.status()).isEqualTo(status);
		assertThat(failure.error()).isEqualTo(error);
		assertThat(failure.message()).contains(advice)
			.endsWith("[endpoint=" + this.server.url("/token") + ", status=" + status
					+ ((error != null) ? ", error=" + error : "") + "]");
	}

	@Test
	void quotesTheServersWordsEscapedAndCapped() {
		this.server
			.script(Script.json(400, "{\"error\":\"invalid_request\",\"error_description\":\"bad\\r\\nlog \\u001b[31m"
					+ " " + "canary/+%ö:" + "x".repeat(400) + "\"}"));
		assertThat(failure().problem())
			.startsWith("the token request was refused (invalid_request: \"bad\\u000d\\u000alog \\u001b[31m ******xxx")
			.endsWith("x…\")")
			.hasSizeLessThan(400);
	}

	@ParameterizedTest
	@CsvSource({ "429, 120, PT2M", "503, 7, PT7S", "429, abc,", "429, -1,", "503, 9999999999, PT1H",
			"429, 99999999999, PT1H" })
	void honoursRetryAfterInSeconds(int status, String value, Duration expected) {
		this.server.script((request, socket) -> Script.send(socket, status, "Retry-After: " + value + "\r\n", "{}"));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
		assertThat(failure.retryAfter()).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
			"EEE MMM ppd HH:mm:ss yyyy" })
	void honoursRetryAfterAsADate(String format) {
		String date = DateTimeFormatter.ofPattern(format, Locale.US)
			.format(ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(2));
		this.server.script((request, socket) -> Script.send(socket, 429, "Retry-After: " + date + "\r\n", "{}"));
		assertThat(failure().retryAfter()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(121));
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void followsNoRedirect(int status) {
		try (ScriptedServer other = new ScriptedServer(Script.tokens("canary-stolen-", 3600))) {
			for (ClientHttpRequestFactoryBuilder<?> engine : List.of(ClientHttpRequestFactoryBuilder.jdk(),
					ClientHttpRequestFactoryBuilder.reactor(), ClientHttpRequestFactoryBuilder.simple())) {
				this.engine = engine;
				this.server.script((request, socket) -> Script.send(socket, status,
						"Location: " + other.url("/token?canary") + "\r\n", ""));
				TokenFailure failure = failure();
				assertThat(failure.kind()).isEqualTo(Kind.LASTING);
				assertThat(failure.message()).contains(
						"the token endpoint answered with a redirect to \"" + other.url(""),
						"Redirects are not followed");
			}
			assertThat(other.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http:/token", "mailto:canary", "http://a_b/token", "http://[canary", "https:canary" })
	void namesNoTargetOfARedirectThatHasNoHost(String location) {
		this.server.script((request, socket) -> Script.send(socket, 302, "Location: " + location + "\r\n", ""));
		assertThat(failure().problem()).isEqualTo("the token endpoint answered with a redirect to an invalid location");
	}

	@Test
	void saysThatTheConnectionWasRefused() {
		this.server.close();
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(failure.message()).contains("the connection to " + this.server.url("") + " was refused. "
				+ "Is the authorization server running? Start it, or correct token-uri.");
	}

	@Test
	void saysThatTheHostIsUnknown() {
		this.tokenUri = "http://idp.invalid/token";
		assertThat(failure().message()).contains("the host 'idp.invalid' cannot be resolved");
	}

	@Test
	void saysThatThereWasNoAnswerInTime() {
		this.readTimeout = Duration.ofMillis(200);
		this.server.script((request, socket) -> awaitEnd(socket));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(failure.problem()).isEqualTo("the authorization server did not answer in time");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			No name matching idp.example.com found            | is not for the host '127.0.0.1'
			No subject alternative names present              | is not for the host '127.0.0.1'
			Certificate for <x> doesn't match any of the rest | is not for the host '127.0.0.1'
			The key of the certificate is too short           | is not trusted
			                                                  | is not trusted
			""")
	void saysWhatIsWrongWithACertificate(String message, String problem) {
		this.engine = (settings) -> (uri, httpMethod) -> {
			throw new SSLException("canary", new CertificateException(message));
		};
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.problem()).isEqualTo("the certificate of the authorization server " + problem);
	}

	@ParameterizedTest
	@CsvSource({ "certificate_expired, the certificate of the client has expired",
			"certificate_unknown, asks for a client certificate", "unknown_ca, asks for a client certificate",
			"certificate_revoked, asks for a client certificate",
			"unsupported_certificate, asks for a client certificate", "access_denied, asks for a client certificate",
			"bad_certificate, asks for a client certificate", "certificate_required, asks for a client certificate",
			"handshake_failure, refused the TLS handshake" })
	void saysThatTheServerRefusesTheCertificateOfTheClient(String alert, String problem) {
		this.engine = (settings) -> (uri, httpMethod) -> {
			throw new SSLHandshakeException("Received fatal alert: " + alert);
		};
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.problem()).contains(problem);
		assertThat(failure.advice()).contains("http.ssl.bundle");
	}

	@Test
	void takesAnAlertOfItsOwnForNoneOfTheServer() {
		this.engine = (settings) -> (uri, httpMethod) -> {
			throw new SSLHandshakeException("(handshake_failure) no cipher suites in common");
		};
		assertThat(failure().kind()).isEqualTo(Kind.PASSING);
	}

	private static void awaitEnd(Socket socket) throws Exception {
		assertThat(socket.getInputStream().read()).isNegative();
	}

	@Test
	void saysThatTheConnectionEndedTooEarly() {
		this.server.script((request, socket) -> {
			socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"acc".getBytes());
			socket.getOutputStream().flush();
		});
		assertThat(failure().problem()).isEqualTo("the connection failed before the response was complete");
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_basic", "client_secret_post" })
	void logsNoSecretAndNoTokenAtAnyLevel(String method, CapturedOutput output) {
		Logger root = (Logger) LoggerFactory.getLogger("org.springframework");
		Level level = root.getLevel();
		root.setLevel(Level.TRACE);
		try {
			this.method = new ClientAuthenticationMethod(method);
			this.server.script(Script.tokens("canary-", 60));
			assertThat(fetcher().fetch()).isInstanceOf(TokenFetcher.Response.class);
			this.server.script(Script.json(400, "{\"error\":\"x\",\"error_description\":\"canary\"}"));
			assertThat(fetcher().fetch()).isInstanceOf(TokenFailure.class);
		}
		finally {
			root.setLevel(level);
		}
		assertThat(output.getAll()).contains("Writing [").doesNotContain("canary", "canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "json", "application/json; charset", "application json", "\"", "*/*", "application/*",
			"application/*+json" })
	void readsAnswersWhoseContentTypeIsNone(String contentType) {
		String header = "Content-Type: " + contentType + "\r\n";
		this.server.script((request, socket) -> Script.send(socket, 200, header,
				"{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"));
		assertThat(response().token()).isEqualTo("a");
		this.server.script((request, socket) -> Script.send(socket, 400, header, "{\"error\":\"invalid_scope\"}"));
		assertThat(failure().error()).isEqualTo("invalid_scope");
	}

	@Test
	void quotesNoCredentialsInAnyEncoding() {
		String encoded = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
		String basic = Base64.getEncoder().encodeToString(("orders%3A1:" + encoded).getBytes(StandardCharsets.UTF_8));
		for (String echo : List.of(SECRET, encoded, encoded.replace("+", "%20"), basic, "Basic " + basic)) {
			this.server.script(
					Script.json(400, "{\"error\":\"invalid_client\",\"error_description\":\"got '" + echo + "'\"}"));
			assertThat(failure().message()).contains("******").doesNotContain(encoded, basic);
			this.server.script(Script.json(400, "{\"error\":\"" + echo + "\"}"));
			assertThat(failure().message()).contains("******").doesNotContain(encoded, basic);
		}
	}

}
