/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenFetcher.Response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What answers of the token endpoint are taken for, whatever they say they are.
 */
class TokenAnswerTests {

	private static final String TOKEN = "{\"access_token\":\"canary\",\"token_type\":\"Bearer\"}";

	private static final String GZIP = "Content-Encoding: gzip\r\n";

	private final ScriptedServer server = new ScriptedServer(Script.json(200, TOKEN));

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private String secret = "canary";

	private ClientAuthenticationMethod method = ClientAuthenticationMethod.CLIENT_SECRET_BASIC;

	private final MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();

	private final HttpHeaders headers = new HttpHeaders();

	private ClientHttpRequestFactoryBuilder<?> engine = ClientHttpRequestFactoryBuilder.reactor();

	private int maxResponseSize = 65536;

	@AfterEach
	void close() {
		this.server.close();
		this.scheduler.shutdownNow();
	}

	private TokenFetcher.Result fetch() {
		ClientRegistration client = ClientRegistration.withRegistrationId("billing")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.clientAuthenticationMethod(this.method)
			.tokenUri(this.server.url("/token"))
			.clientId("orders")
			.clientSecret(this.secret)
			.scope("read", "write")
			.build();
		TokenRequest request = new TokenRequest(client, this.parameters, this.headers);
		return new EndpointTokenFetcher(() -> request, this.engine.build(HttpClientSettings.defaults()),
				ResponseRules.standard(this.maxResponseSize), Timekeeper.system(this.scheduler))
			.fetch();
	}

	private Response response() {
		TokenFetcher.Result result = fetch();
		assertThat(result).isInstanceOf(Response.class);
		return (Response) result;
	}

	private TokenFailure failure() {
		TokenFetcher.Result result = fetch();
		assertThat(result).isInstanceOf(TokenFailure.class);
		TokenFailure failure = (TokenFailure) result;
		assertThat(failure.message()).doesNotContain("canary", this.secret);
		return failure;
	}

	private TokenFailure failure(int status, String headers, String body) {
		this.server.script((request, socket) -> Script.send(socket, status, headers, body));
		return failure();
	}

	private static String contentType(String contentType) {
		return (contentType != null) ? "Content-Type: " + contentType + "\r\n" : "";
	}

	private static Script bytes(String headers, byte[] body) {
		return (request, socket) -> Script.send(socket, "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: "
				+ body.length + "\r\nConnection: close\r\n\r\n" + new String(body, StandardCharsets.ISO_8859_1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "APPLICATION/JSON;charset=UTF-8", "application/vnd.idp+json",
			"text/json", "text/javascript", "text/plain", "text/plain; charset=utf-8", "application/octet-stream" })
	void readsJsonThatIsCalledOtherwise(String contentType) {
		this.server
			.script((request, socket) -> Script.send(socket, 200, contentType(contentType), "\ufeff\n " + TOKEN));
		assertThat(response().token()).isEqualTo("canary");
	}

	@Test
	void readsJsonThatIsCalledNothing() {
		this.server.script((request, socket) -> Script.send(socket, 200, "", TOKEN));
		assertThat(response().token()).isEqualTo("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
			"text/plain" })
	void readsForms(String contentType) {
		this.server.script((request, socket) -> Script.send(socket, 200, contentType(contentType),
				"access_token=a%3Ab%21&token_type=bearer&expires_in=3600&scope=read+write&empty=&alone\r\n"));
		Response response = response();
		assertThat(response.token()).isEqualTo("a:b!");
		assertThat(response.expiresIn()).isEqualTo(Duration.ofHours(1));
		assertThat(response.scopes()).containsExactly("read", "write");
	}

	@Test
	void passesOverEmptyPairsAndRepeatedNamesThatItDoesNotRead() {
		this.server.script((request, socket) -> Script.send(socket, 200,
				contentType("application/x-www-form-urlencoded"), "access_token=canary&&&token_type=bearer&x=1&x=2"));
		assertThat(response().token()).isEqualTo("canary");
		this.server.script(Script.json(200, TOKEN.replace("}", ",\"x\":{\"error\":1,\"error\":2},\"x\":3}")));
		assertThat(response().token()).isEqualTo("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "access_token", "token_type", "expires_in", "error" })
	void refusesRepeatedNamesThatItReads(String name) {
		String json = "{\"%1$s\":\"canary\",\"%1$s\":\"canary\"}".formatted(name);
		String form = "access_token=canary&%1$s=1&%1$s=2".formatted(name);
		for (TokenFailure failure : List.of(failure(200, "", json),
				failure(200, contentType("application/x-www-form-urlencoded"), form))) {
			assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
			assertThat(failure.problem()).isEqualTo("the response repeats \"" + name + "\"");
		}
	}

	@Test
	void readsTheFirstOfManyCompressedMembers() throws Exception {
		this.maxResponseSize = 8_000_000;
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.write(gzip(TOKEN));
		byte[] empty = gzip("");
		for (int i = 0; i < 200_000; i++) {
			body.write(empty);
		}
		this.server.script(bytes(GZIP, body.toByteArray()));
		this.engine = ClientHttpRequestFactoryBuilder.simple();
		assertThat(response().token()).isEqualTo("canary");
		// Decodes by itself, in a way that depends on the version of Java.
		this.engine = ClientHttpRequestFactoryBuilder.jdk();
		assertThatCode(this::fetch).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(ints = { 15, -12, -8, -4, -1 })
	void refusesACompressedAnswerThatIsDamaged(int position) throws Exception {
		this.engine = ClientHttpRequestFactoryBuilder.simple();
		byte[] body = gzip(TOKEN);
		body[(position < 0) ? body.length + position : position] ^= 1;
		this.server.script(bytes(GZIP, body));
		assertThat(failure().problem()).isEqualTo("the response is compressed and damaged");
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
			stream.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16LE", "ISO-8859-1", "US-ASCII" })
	void readsTheCharsetThatIsNamed(String charset) {
		this.server.script(bytes(contentType("application/vnd.x+json; charset=\"" + charset + "\""),
				TOKEN.getBytes(Charset.forName(charset))));
		assertThat(response().token()).isEqualTo("canary");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			application/json               | the response is not the UTF-8 it should be
			application/json;charset=ascii | the response is not the ascii it should be
			application/json; charset=nope | the response has the unknown charset "nope"
			application/json; charset=n%pe | the response has the unknown charset "n%pe"
			""")
	void refusesWhatIsNotInItsCharset(String contentType, String problem) {
		this.server.script(bytes(contentType(contentType),
				"{\"access_token\":\"canary\u00f6\",\"token_type\":\"Bearer\"}".getBytes(StandardCharsets.ISO_8859_1)));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(failure.problem()).isEqualTo(problem);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					text/html                         | <html>canary           | the response is text/html | and not a page
					application/xml                   | <token>canary</token>  | the response is application/xml | answer with JSON
					application/jwt                   | canary                 | the response is application/jwt | Check that token-uri
					application/json                  | null                   | the response is a JSON null, not an object (content type: application/json, 4 bytes) | Check that token-uri
					application/json                  | []                     | the response is a JSON array, not an object (content type: application/json, 2 bytes) | Check that token-uri
					application/json                  | "canary"               | the response is a JSON string, not an object (content type: application/json, 8 bytes) | Check that token-uri
					                                  | canary.canary.canary   | the response is not a JSON object (content type: no, 20 bytes) | Check that token-uri
					text/plain                        | canary==               | the response is neither JSON nor a form with an access_token (content type: text/plain, 8 bytes) | Check that token-uri
					application/x-www-form-urlencoded | a=%zz&canary           | the response is neither JSON nor a form with an access_token (content type: application/x-www-form-urlencoded, 12 bytes) | Check that token-uri
					application/x-www-form-urlencoded | canary=1&canary=2      | the response is neither JSON nor a form with an access_token | Check that token-uri
					application/json                  | {"a":1,"canary":NaN}   | the response is malformed JSON at character | Check that token-uri
					application/json                  | {'access_token':1}     | the response is malformed JSON at character | Check that token-uri
					application/json                  | {/**/"access_token":1} | the response is malformed JSON at character | Check that token-uri
					""")
	void saysWhatAnAnswerIsInstead(String contentType, String body, String problem, String advice) {
		TokenFailure failure = failure(200, contentType(contentType), body);
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(failure.problem()).startsWith(problem);
		assertThat(failure.advice()).contains(advice);
		assertThat(failure.status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 204 })
	void saysThatAnAnswerIsEmpty(int status) {
		TokenFailure failure = failure(status, "Content-Type: application/json\r\n", (status == 204) ? "" : " \n");
		assertThat(failure.problem()).isEqualTo("the response was empty");
		assertThat(failure.status()).isEqualTo(status);
	}

	@Test
	void survivesNestingAndThousandsOfMembers() {
		StringBuilder members = new StringBuilder("{");
		for (int i = 0; i < 4000; i++) {
			members.append("\"m").append(i).append("\":[{}],");
		}
		this.server.script(Script.json(200, members + TOKEN.substring(1)));
		assertThat(response().token()).isEqualTo("canary");
		assertThat(failure(200, "", "{\"a\":" + "[".repeat(20_000)).problem())
			.isEqualTo("the response is malformed JSON");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "true", "12", "[\"canary\"]", "{\"v\":\"canary\"}", "\"\"", "\" \\t\"" })
	void takesNothingButTextForAToken(String value) {
		TokenFailure failure = failure(200, "", "{\"access_token\":" + value + ",\"token_type\":\"Bearer\"}");
		assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
		assertThat(failure.problem()).isEqualTo("access_token is not a string with something in it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "undefined" })
	void takesNoWordForNothingForAToken(String word) {
		assertThat(failure(200, "", "{\"access_token\":\"" + word + "\",\"token_type\":\"Bearer\"}").problem())
			.isEqualTo("access_token is the word '" + word + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary ", "can\\u0000ary", "c\\u00e4nary", "canary\\u007f", "canary\\n" })
	void takesNothingForATokenThatCannotBeSent(String token) {
		assertThat(failure(200, "", "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}").problem())
			.isEqualTo("access_token contains characters that cannot be sent in a header");
	}

	@Test
	void refusesATokenBesideAnError() {
		String members = "\"access_token\":\"canary\",\"token_type\":\"Bearer\"";
		TokenFailure failure = failure(200, "", "{" + members + ",\"error\":\"server_error\"}");
		assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
		assertThat(failure.problem()).isEqualTo("the response has both an error and an access_token");
		this.server.script(Script.json(200, "{" + members + ",\"error\":null,\"message\":\"ok\",\"errcode\":0}"));
		assertThat(response().token()).isEqualTo("canary");
		this.server.script(Script.json(200, "{" + members + ",\"error\":{},\"message\":\"ok\"}"));
		assertThat(response().token()).isEqualTo("canary");
		assertThat(failure(200, "", "{" + members + ",\"error\":{\"code\":1}}").kind()).isEqualTo(Kind.PROTOCOL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"canary\"", "\"canary and more\"", "{\"v\":\"canary\"}", "[]", "\"\"",
			"\"ey.abcdefghijklmnopqrstuvwxyz012345\"" })
	void quotesNoTokenTypeThatIsNoName(String type) {
		assertThat(failure(200, "", "{\"access_token\":\"canary\",\"token_type\":" + type + "}").problem())
			.isEqualTo("token_type is not the name of a type");
	}

	@Test
	void namesNoMembersThatHaveNoNames() {
		String members = IntStream.range(0, 12).mapToObj((i) -> "\"m" + i + "\":1,").collect(Collectors.joining());
		assertThat(failure(200, "", "{\"canary==\":1," + members + "\"" + "canary".repeat(6) + "\":1}").problem())
			.isEqualTo("the response has no access_token (members: [\"m0\", \"m1\", \"m2\", \"m3\", \"m4\", "
					+ "\"m5\", \"m6\", \"m7\", \"m8\", \"m9\"] and 4 more)");
	}

	@Test
	void quotesNoTokenOfAnAnswerThatRefuses() {
		String body = "{\"access_token\":\"token-1\",\"error\":\"%s\",\"error_description\":\"not token-1!\"}";
		TokenFailure failure = failure(400, "", body.formatted("token-1"));
		assertThat(failure.problem()).isEqualTo(
				"the token request was refused (\"******\": \"not ******!\")" + "; the token it sent is not used");
		assertThat(failure.message()).doesNotContain("token-1");
		assertThat(failure(400, "", body.formatted("invalid_scope")).error()).isEqualTo("invalid_scope");
	}

	@ParameterizedTest
	@ValueSource(strings = { "c\u00e4n~ry? >*", "c%c3%a4n~ry%3f%20%3e%2a", "c%C3%A4n%7Ery%3F+%3E*", "Y8Okbn5yeT8gPio",
			"Y8Okbn5yeT8gPio=", "Y8Okbn5yeT8gPio%3d", "b3JkZXJzOmPDpG5+cnk/ID4q", "b3JkZXJzOmPDpG5-cnk_ID4q",
			"b3JkZXJzOmPDpG5%2Bcnk%2fID4q", "b3JkZXJzOmMlQzMlQTRuJTdFcnklM0YrJTNFKg", "header-value",
			"cGFyYW1ldGVyLXZhbHVl", "parameter%2dvalue", "api-key-value" })
	void quotesNothingThatWasSentInConfidence(String form) {
		this.secret = "c\u00e4n~ry? >*";
		this.headers.add("X-Key", "header-value");
		this.headers.add("X-Authorization", "Key api-key-value");
		this.parameters.add("key", "parameter-value");
		String body = "{\"error\":\"x\",\"error_description\":\"got '" + form + "'\"}";
		assertThat(failure(400, "", body).problem()).isEqualTo("the token request was refused (x: \"got '******'\")");
	}

	@Test
	void quotesWhatHelpsToFindTheMistake() {
		this.secret = "";
		this.method = ClientAuthenticationMethod.CLIENT_SECRET_POST;
		this.headers.add("Accept", "application/json");
		this.parameters.add("audience", "https://api.example.com");
		this.parameters.add("version", "1.0");
		String words = "no https://api.example.com in application/json 1.0";
		String body = "{\"error\":\"invalid_target\",\"error_description\":\"" + words + "\"}";
		assertThat(((TokenFailure) fetchAfter(400, body)).problem()).contains("(invalid_target: \"" + words + "\")");
	}

	@ParameterizedTest
	@ValueSource(strings = { "invalid_client", "unsupported_grant_type", "invalid_target", "use_dpop_nonce" })
	void masksNoStandardCode(String code) {
		this.secret = code.substring(0, 6);
		TokenFailure failure = (TokenFailure) fetchAfter(400, "{\"error\":\"" + code + "\"}");
		assertThat(failure.error()).isEqualTo(code);
		assertThat(failure.problem()).isEqualTo("the token request was refused (" + code + ")");
	}

	private TokenFetcher.Result fetchAfter(int status, String body) {
		this.server.script(Script.json(status, body));
		return fetch();
	}

	@Test
	void quotesNoMoreThanItMayAndNothingInHalves() {
		String words = "{\"error\":\"x\",\"error_description\":\"%s\"}";
		String problem = "the token request was refused (x: \"%s\")";
		assertThat(failure(400, "", words.formatted("\\u0001".repeat(200))).problem())
			.isEqualTo(problem.formatted("\\u0001".repeat(50) + "…"));
		assertThat(failure(400, "", words.formatted("a" + "\ud83d\ude00".repeat(200))).problem())
			.isEqualTo(problem.formatted("a" + "\ud83d\ude00".repeat(149) + "…"));
		assertThat(failure(400, "", words.formatted("a\udb40\udc41b\u2028\\ud83d")).problem())
			.isEqualTo(problem.formatted("a\\udb40\\udc41b\\u2028\\ud83d"));
		assertThat(failure(400, "", words.formatted("x".repeat(300))).problem())
			.isEqualTo(problem.formatted("x".repeat(300)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"read write"                    | read,write
			["read","write","a b"]          | read,write,a,b
			["read",7,{"x":1},null,"wr\\u0000ite"] | read
			""  |
			null |
			17 |
			""")
	void readsScopesAsServersSendThem(String scope, String scopes) {
		this.server.script(Script.json(200, TOKEN.replace("}", ",\"scope\":" + scope + "}")));
		assertThat(String.join(",", response().scopes())).isEqualTo((scopes != null) ? scopes : "");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"expires_in":3600                               |
			"expires_in":8640000,"scope":"write read"       |
			"expires_in":86399999 | expires_in is 86399999, as if it were milliseconds
			"scope":"read write"  | the response has no usable expires_in, so refresh.default-lifetime is assumed
			"expires_in":true     | the response has no usable expires_in, so refresh.default-lifetime is assumed
			"expires_in":3600,"scope":"read other"          | the token lacks scopes that were asked for: [write]
			""")
	void remarksOnWhatIsOdd(String members, String remark) {
		this.server.script(Script.json(200, TOKEN.replace("}", "," + members + "}")));
		assertThat(response().remarks()).isEqualTo((remark != null) ? List.of(remark) : List.of());
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.5", "1e-999999", "1e99999999999", "\"\"", "\"1h\"", "[3600]", "false" })
	void takesNoLifetimeOfLessThanASecond(String expiresIn) {
		this.server.script(Script.json(200, TOKEN.replace("}", ",\"expires_in\":" + expiresIn + "}")));
		assertThat(response().expiresIn()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"error":{"code":"invalid_scope","message":"no"}}         | invalid_scope | (invalid_scope: "no")
					{"error":{"code":403,"status":"DENIED"}}                  | 403           | (403)
					{"errors":[{"code":"E1","message":"no"},{"code":"E2"}]}   | E1            | (E1: "no")
					{"error":[{"code":"E1","description":"no"}]}              | E1            | (E1: "no")
					{"error":"a","errors":[{"code":"b"}]}                     | a             | (a)
					{"ErrorCode":"invalid_client","Error":"no"}               | invalid_client | (invalid_client: "no")
					{"error":"invalid_client","reason":"no"}                  | invalid_client | (invalid_client: "no")
					{"Error":"invalid_client"}                                | invalid_client | (invalid_client)
					{"errorCode":"invalid_client","message":"no"}             | invalid_client | (invalid_client: "no")
					{"errcode":40001,"errmsg":"no"}                           | 40001         | (40001: "no")
					{"message":"Forbidden"}                                   |               | without an OAuth error ("Forbidden")
					{"error":"","error_description":17}                       |               | without an OAuth error
					{"error":["invalid_client"]}                              |               | without an OAuth error
					error=invalid_scope&error_description=not+this            | invalid_scope | (invalid_scope: "not this")
					""")
	void findsTheErrorWhereverItIs(String body, String error, String problem) {
		String contentType = contentType(body.startsWith("{") ? "text/html" : "text/plain");
		TokenFailure failure = failure(400, body.startsWith("error") ? contentType : "", body);
		assertThat(failure.error()).isEqualTo(error);
		assertThat(failure.problem()).isEqualTo("the token request was refused " + problem);
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		if (error != null && body.startsWith("{")) {
			assertThat(failure(400, contentType, body).error()).isEqualTo(error);
			assertThat(failure(200, "", body).error()).isEqualTo(error);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			500 | PASSING   | the authorization server answered with an error; the token it sent is not used
			503 | PASSING   | the authorization server answered with an error; the token it sent is not used
			401 | LASTING   | the token request was refused without an OAuth error; the token it sent is not used
			404 | LASTING   | the token request was refused without an OAuth error; the token it sent is not used
			""")
	void usesNoTokenOfAnAnswerThatIsNotSuccessful(int status, Kind kind, String problem) {
		TokenFailure failure = failure(status, "", TOKEN);
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.problem()).isEqualTo(problem);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			403 | LASTING   | without an OAuth error (content type: text/html) | a gateway
			407 | LASTING   | without an OAuth error (content type: text/html) | the proxy
			415 | LASTING   | without an OAuth error (content type: text/html) | accepts forms
			425 | PASSING   | answered with an error                           | Check the authorization server
			502 | PASSING   | answered with an error                           | Check the authorization server
			""")
	void saysWhoAnsweredWithoutAnOAuthError(int status, Kind kind, String problem, String advice) {
		TokenFailure failure = failure(status, contentType("text/html; charset=x"), "<html>canary");
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.problem()).contains(problem);
		assertThat(failure.advice()).contains(advice);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			Basic realm="canary"      | ; the server asks for Basic authentication
			Negotiate                 | ; the server asks for Negotiate authentication
			<canary> x                |
			""")
	void saysWhichAuthenticationIsAskedFor(String challenge, String problem) {
		assertThat(failure(401, "WWW-Authenticate: " + challenge + "\r\n", "").problem())
			.isEqualTo("the token request was refused without an OAuth error" + ((problem != null) ? problem : ""));
	}

	@Test
	void hintsAtReservedCharactersOnlyWhereTheyMatter() {
		String hint = "try client_secret_post";
		String body = "{\"error\":\"invalid_client\"}";
		assertThat(failure(401, "", body).advice()).doesNotContain(hint);
		this.secret = "canary/+";
		assertThat(failure(401, "", body).advice()).contains(hint);
		this.method = ClientAuthenticationMethod.CLIENT_SECRET_POST;
		assertThat(failure(401, "", body).advice()).doesNotContain(hint);
	}

	@ParameterizedTest
	@CsvSource({ "client_secret_post, client-secret", "client_secret_jwt, 'client-secret, assertion.audience'",
			"private_key_jwt, 'the key or file of assertion, assertion.key-id, assertion.audience'",
			"none, 'assertion, headers, parameters'", "tls_client_auth, the certificate of http.ssl.bundle",
			"self_signed_tls_client_auth, the certificate of http.ssl.bundle" })
	void saysWhatProvesTheClient(String method, String proof) {
		this.method = new ClientAuthenticationMethod(method);
		assertThat(failure(401, "", "{\"error\":\"invalid_client\"}").advice())
			.isEqualTo("Check client-id, " + proof + " and client-authentication-method; it is now " + method);
	}

	@Test
	void saysHowLongTheServerWantsToBeLeftAlone() {
		TokenFailure failure = failure(429, "Retry-After: 120\r\n", "{\"error\":\"slow_down\"}");
		assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
		assertThat(failure.problem())
			.isEqualTo("the authorization server limits requests (slow_down); it wants a pause of 120 s");
	}

	@Test
	void quotesContentTypesWithoutCredentialsAndNotWhole() {
		assertThat(failure(200, contentType("text/" + this.secret), "x").problem())
			.isEqualTo("the response is \"text/******\"");
		assertThat(failure(403, contentType("text/" + "x".repeat(2000)), "x").problem()).hasSizeLessThan(400);
	}

	@Test
	void refusesAnErrorThatIsTooLargeByItsStatus() {
		TokenFailure failure = failure(400, "", "{\"error\":\"" + "x".repeat(70_000) + "\"}");
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.problem()).isEqualTo("the token request was refused without an OAuth error");
	}

}
