/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;

import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where metadata is looked for, and what of it is used.
 */
class IssuerMetadataTests {

	private static final String OIDC = Publisher.OIDC;

	private static final String OAUTH = Publisher.OAUTH;

	private static final String ISSUER = Publisher.ISSUER;

	private static final Script PAGE = (request, socket) -> Script.send(socket, 200,
			"Content-Type: text/html;charset=utf-8\r\n", "<html>canary</html>");

	private final Publisher publisher = new Publisher();

	@AfterEach
	void close() {
		this.publisher.close();
	}

	private TokenFailure failure() {
		return Publisher.failure(this.publisher.discovery());
	}

	private void publish(String metadata) {
		this.publisher.publish(OIDC, Script.json(200, metadata));
	}

	@Test
	void looksInThreePlacesForAnIssuerWithAPath() {
		TokenFailure failure = Publisher.failure(this.publisher.discovery(ISSUER + "/tenant/a"));
		assertThat(this.publisher.paths()).containsExactly("/tenant/a" + OIDC, OAUTH + "/tenant/a", OIDC + "/tenant/a");
		assertThat(failure.message()).isEqualTo("OAuth2 client 'billing': no metadata at: " + ISSUER + "/tenant/a"
				+ OIDC + " (404), " + ISSUER + OAUTH + "/tenant/a (404), " + ISSUER + OIDC + "/tenant/a (404). "
				+ "Correct issuer-uri, or set metadata-uri, or token-uri in place of issuer-uri.");
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/" })
	void looksInTwoPlacesForAnIssuerWithoutAPath(String end) {
		Publisher.failure(this.publisher.discovery(ISSUER + end));
		assertThat(this.publisher.paths()).containsExactly(OIDC, OAUTH);
	}

	@Test
	void leavesOutTheSlashAtTheEndOfAPath() {
		String issuer = ISSUER + "/tenant/a%2Fb/";
		this.publisher.publish(OIDC + "/tenant/a%2Fb", issuer, ISSUER + "/token");
		assertThat(this.publisher.discovery(issuer).locate("billing").issuer()).isEqualTo(issuer);
		assertThat(this.publisher.paths()).containsExactly("/tenant/a%2Fb" + OIDC, OAUTH + "/tenant/a%2Fb",
				OIDC + "/tenant/a%2Fb");
	}

	@Test
	void beginsWhereItFoundMetadataTheLastTime() {
		Discovery discovery = this.publisher.publish(OAUTH, ISSUER, ISSUER + "/token").discovery();
		discovery.locate("billing");
		this.publisher.time.advance(Duration.ofHours(1));
		discovery.locate("billing");
		assertThat(this.publisher.paths()).containsExactly(OIDC, OAUTH, OAUTH);
	}

	@Test
	void looksElsewhereWhenMetadataHasMoved() {
		Discovery discovery = this.publisher.publish(OAUTH, ISSUER, ISSUER + "/token").discovery();
		discovery.locate("billing");
		this.publisher.publish(OAUTH, PAGE).publish().time.advance(Duration.ofHours(1));
		assertThat(discovery.locate("billing").remark()).isNull();
		assertThat(this.publisher.paths()).containsExactly(OIDC, OAUTH, OAUTH, OIDC);
	}

	@Test
	void looksOnlyWhereItIsTold() {
		URI location = URI.create(this.publisher.server.url("/internal/metadata?tenant=x"));
		Discovery discovery = this.publisher.discovery(new Issuer(ISSUER, location, false));
		assertThat(Publisher.failure(discovery).message())
			.isEqualTo("OAuth2 client 'billing': no metadata at: " + this.publisher.server.url("/internal/metadata")
					+ " (404). Correct metadata-uri, or set token-uri in place of issuer-uri.");
		this.publisher.publish("/internal/metadata", ISSUER, ISSUER + "/token");
		assertThat(discovery.locate("billing").tokenEndpoint()).isEqualTo(URI.create(ISSUER + "/token"));
		assertThat(this.publisher.paths()).containsOnly("/internal/metadata");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			400 | application/json | {}             | 400
			401 | application/json | {}             | 401
			403 | text/html        | <html>         | 403
			410 | text/plain       | gone           | 410
			204 | text/plain       | ''             | 204
			302 | text/html        | <html>         | 302
			200 | text/html        | <html>         | the response is text/html
			200 | application/json | []             | the response is a JSON array, not an object
			200 | application/json | {"a            | the response is malformed JSON
			200 | application/json | ''             | the response is not a JSON object
			200 | text/plain       | issuer=a       | the response is not a JSON object
			200 | application/json | {"error":1,"error":2} | the response repeats "error"
			""")
	void looksElsewhereAfterAnAnswerThatIsNoMetadata(int status, String type, String body, String problem) {
		this.publisher.publish(OIDC,
				(request, socket) -> Script.send(socket, status, "Content-Type: " + type + "\r\n", body));
		assertThat(failure().problem()).startsWith("no metadata at: " + ISSUER + OIDC + " (" + problem)
			.endsWith(", " + ISSUER + OAUTH + " (404)");
		this.publisher.publish(OAUTH, ISSUER, ISSUER + "/token");
		assertThat(this.publisher.discovery().locate("billing").issuer()).isEqualTo(ISSUER);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 425, 500, 502, 503, 504 })
	void looksNoFurtherWhenTheServerCannotAnswer(int status) {
		this.publisher.publish(OIDC, Script.json(status, "canary"));
		TokenFailure failure = failure();
		assertThat(failure.message()).isEqualTo("OAuth2 client 'billing': the authorization server answered with an "
				+ "error. Check the authorization server. [endpoint=" + ISSUER + OIDC + ", status=" + status + "]");
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
		assertThat(this.publisher.paths()).containsExactly(OIDC);
	}

	@Test
	void leavesAServerAloneThatLimitsRequests() {
		this.publisher.publish(OIDC, (request, socket) -> Script.send(socket, 429, "Retry-After: 7\r\n", ""));
		TokenFailure failure = failure();
		assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
		assertThat(this.publisher.paths()).containsExactly(OIDC);
	}

	@Test
	void looksNoFurtherWhenNobodyListens() {
		this.publisher.close();
		assertThat(failure().message()).isEqualTo("OAuth2 client 'billing': the connection to https://idp.example.com "
				+ "was refused. Is the authorization server running? Start it, or correct issuer-uri. [endpoint="
				+ ISSUER + OIDC + "]");
	}

	@Test
	void followsNoRedirect() {
		this.publisher.publish(OIDC, (request, socket) -> Script.send(socket, 302,
				"Location: " + this.publisher.server.url("/login?canary") + "\r\n", ""));
		assertThat(failure().problem()).startsWith("no metadata at: " + ISSUER + OIDC + " (302, a redirect to \""
				+ this.publisher.server.url("") + "\", which is not followed), ");
		assertThat(this.publisher.paths()).containsExactly(OIDC, OAUTH);
	}

	@Test
	void saysThatAPageIsNoMetadata() {
		this.publisher.publish("/internal", PAGE);
		TokenFailure failure = Publisher
			.failure(this.publisher.discovery(new Issuer(ISSUER, URI.create(ISSUER + "/internal"), false)));
		assertThat(failure.message()).isEqualTo("OAuth2 client 'billing': no metadata at: " + ISSUER
				+ "/internal (the response is text/html). Check that metadata-uri is the metadata of the issuer and not "
				+ "a page.");
		assertThat(failure.kind()).isEqualTo(Kind.PASSING);
	}

	@Test
	void readsNoMoreThanItMay() {
		String piece = "{\"canary\":\"" + "x".repeat(1 << 20) + "\"}";
		this.publisher.publish(OIDC, (request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
					+ 50 * piece.length() + "\r\n\r\n");
			for (int i = 0; i < 50; i++) {
				Script.send(socket, piece);
			}
		});
		assertThat(failure().message()).isEqualTo(
				"OAuth2 client 'billing': no metadata at: " + ISSUER + OIDC + " (the response exceeds 65536 bytes), "
						+ ISSUER + OAUTH + " (404). Check that issuer-uri is an issuer "
						+ "that publishes metadata, or raise http.max-response-size.");
	}

	@Test
	void readsCompressedMetadata() throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(Publisher.json(ISSUER, ISSUER + "/token").getBytes(StandardCharsets.UTF_8));
		}
		this.publisher.publish(OIDC,
				(request, socket) -> Script.send(socket,
						"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bytes.size()
								+ "\r\nConnection: close\r\n\r\n" + bytes.toString(StandardCharsets.ISO_8859_1)));
		assertThat(this.publisher.discovery().locate("billing").issuer()).isEqualTo(ISSUER);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			https://idp.example.com/      | the slash at the end
			https://IDP.example.com       | upper and lower case
			http://idp.example.com        | the scheme
			https://idp.example.com:8443  | the port
			https://auth.example.com      | the host
			http://10.0.0.1:8080          | the host
			https://idp.example.com/realm | the path
			idp.example.com               | that it is no URL
			""")
	void usesNothingOfAnotherIssuer(String other, String difference) {
		this.publisher.publish(OIDC, other, ISSUER + "/token").publish(OAUTH, ISSUER, ISSUER + "/token");
		TokenFailure failure = failure();
		assertThat(failure.problem()).isEqualTo("the metadata is that of the issuer " + quoted(other)
				+ ", issuer-uri is \"" + ISSUER + "\"; they differ in " + difference);
		assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
		assertThat(failure.status()).isEqualTo(200);
		assertThat(this.publisher.paths()).containsExactly(OIDC);
	}

	private static String quoted(String text) {
		return text.contains(":") ? "\"" + text + "\"" : text;
	}

	@Test
	void namesTheKeyForAnInternalAddress() {
		String internal = this.publisher.server.url("");
		this.publisher.publish(OIDC, ISSUER, ISSUER + "/token");
		String copy = "If that is the server, set issuer-uri to its issuer, exactly as the metadata has it";
		assertThat(Publisher.failure(this.publisher.discovery(internal)).advice())
			.isEqualTo(copy + "; if it is reached through an internal address, set metadata-uri to that address");
		assertThat(Publisher.failure(this.publisher.discovery(ISSUER + "/")).advice()).isEqualTo(copy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"issuer\":null}", "{\"issuer\":[\"" + ISSUER + "\"]}" })
	void usesNothingOfMetadataWithoutAnIssuer(String metadata) {
		publish(metadata);
		assertThat(failure().message()).isEqualTo("OAuth2 client 'billing': the metadata has no issuer. Check that "
				+ "issuer-uri is an issuer that publishes metadata. [endpoint=" + ISSUER + OIDC + ", status=200]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"token_endpoint\":null", ",\"token_endpoint\":{}" })
	void saysThatThereIsNoTokenEndpoint(String member) {
		publish("{\"issuer\":\"" + ISSUER + "\"" + member + "}");
		assertThat(failure().message()).isEqualTo("OAuth2 client 'billing': the metadata of the issuer has no "
				+ "token_endpoint. Have the authorization server publish it, or set token-uri in place of issuer-uri. "
				+ "[endpoint=" + ISSUER + OIDC + ", status=200]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			http://idp.example.com/token         | uses http
			http://169.254.169.254/              | uses http
			http://[fd00::1]/                    | uses http
			file:///etc/passwd                   | is not an absolute http or https URL
			ftp://idp.example.com/token          | is not an absolute http or https URL
			https:token                          | is not an absolute http or https URL
			/token                               | is not an absolute http or https URL
			https://idp.example.com/a b          | is not an absolute http or https URL
			https://2130706433/                  | leads to this machine
			https://idp.example.com/token#part  | contains a fragment
			https://127.0.0.1:9000/token         | leads to this machine
			https://localhost/token              | leads to this machine
			https://[::1]/token                  | leads to this machine
			https://[::ffff:127.0.0.1]/token     | leads to this machine
			https://0.0.0.0/token                | leads to this machine
			http://localhost/token               | leads to this machine
			https://LOCALHOST./token             | leads to this machine
			https://idp.localhost/token          | leads to this machine
			https://a.idp.localhost.:9000/token  | leads to this machine
			""")
	void refusesATokenEndpointThatMustNotGetCredentials(String endpoint, String problem) {
		String shown = endpoint.contains(":") ? "\"" + endpoint + "\"" : endpoint;
		this.publisher.publish(OIDC, ISSUER, endpoint);
		TokenFailure failure = Publisher.failure(this.publisher.discovery());
		assertThat(failure.problem())
			.startsWith("token_endpoint " + shown + " in the metadata of the issuer " + problem);
		assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL);
		publish(metadata(",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"" + endpoint + "\"}"));
		assertThat(Publisher.failure(this.publisher.discovery()).problem())
			.startsWith("mtls_endpoint_aliases.token_endpoint " + shown + " in the metadata of the issuer " + problem);
	}

	@Test
	void doesNotQuoteUserInfo() {
		this.publisher.publish(OIDC, ISSUER, "https://user:canary@idp.example.com/token");
		assertThat(failure().problem()).isEqualTo("token_endpoint in the metadata of the issuer contains user info");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			https://idp.example.com |                              | false | https://sts.example.org:8443/token?x=y
			https://idp.example.com |                              | true  | http://idp.internal/token
			http://127.0.0.1:9000   |                              | false | http://127.0.0.1:9001/token
			http://localhost:9000   |                              | false | http://[::1]:9000/token
			http://localhost:9000   |                              | false | http://idp.localhost.:9000/token
			https://idp.localhost   |                              | false | https://localhost/token
			https://idp.example.com |                              | false | https://localhost.example.com/token
			https://idp.example.com |                              | false | https://notlocalhost/token
			http://[::1]:9000       |                              | false | https://sts.example.org/token
			https://idp.example.com | http://localhost:9000/config | false | http://localhost:9000/token
			""")
	void usesATokenEndpointThatMayGetCredentials(String issuer, URI location, boolean insecure, String endpoint) {
		this.publisher.publish((location != null) ? location.getPath() : OIDC, issuer, endpoint);
		assertThat(this.publisher.discovery(new Issuer(issuer, location, insecure)).locate("billing").tokenEndpoint())
			.isEqualTo(URI.create(endpoint));
	}

	@Test
	void refusesHttpForAnIssuerOnLoopbackToo() {
		this.publisher.publish(OIDC, "http://127.0.0.1", "http://10.0.0.1/token");
		assertThat(Publisher.failure(this.publisher.discovery("http://127.0.0.1")).problem()).contains("uses http");
	}

	private static String metadata(String members) {
		String metadata = Publisher.json(ISSUER, ISSUER + "/token");
		return metadata.substring(0, metadata.length() - 1) + members + "}";
	}

	@Test
	void takesWhatTheServerWantsOfClients() {
		publish(metadata("""
				,"mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token", "more": [{}]},
				"token_endpoint_auth_methods_supported": ["private_key_jwt", 7, "tls_client_auth", "tls_client_auth"],
				"token_endpoint_auth_signing_alg_values_supported": ["RS256"]
				"""));
		AuthorizationServer server = this.publisher.discovery().locate("billing");
		assertThat(server.tokenEndpoint(false)).isEqualTo(URI.create(ISSUER + "/token"));
		assertThat(server.tokenEndpoint(true)).isEqualTo(URI.create("https://mtls.example.com/token"));
		assertThat(server.authenticationMethods()).containsExactlyInAnyOrder("private_key_jwt", "tls_client_auth");
		assertThat(server.signingAlgorithms()).containsExactly("RS256");
		assertThat(server.remark()).isNull();
	}

	@Test
	void passesOverNamesThatNoServerHas() {
		String longest = "m".repeat(64);
		publish(metadata(
				"""
						,"token_endpoint_auth_methods_supported": ["private_key_jwt\\ncanary", "", "canary jwt", "%sm", "%s"],
						"token_endpoint_auth_signing_alg_values_supported": ["RS256 canary", "\\u001b[31m", "a\\"b", "\\u0430lg"]
						"""
					.formatted(longest, longest)));
		AuthorizationServer server = this.publisher.discovery().locate("billing");
		assertThat(server.authenticationMethods()).containsExactly(longest);
		assertThat(server.signingAlgorithms()).isEmpty();
	}

	@Test
	void takesFiftyNamesAtMost() {
		String methods = IntStream.rangeClosed(1, 60)
			.mapToObj((number) -> "\"method-" + number + "\"")
			.collect(Collectors.joining(","));
		publish(metadata(",\"token_endpoint_auth_methods_supported\":[\"method-1\"," + methods + "]"));
		assertThat(this.publisher.discovery().locate("billing").authenticationMethods()).hasSize(50)
			.contains("method-1", "method-50")
			.doesNotContain("method-51");
	}

	@Test
	void passesOverWhatIsNotAsTheStandardHasIt() {
		publish(metadata("""
				,"mtls_endpoint_aliases": "none", "token_endpoint_auth_methods_supported": "private_key_jwt",
				"token_endpoint_auth_signing_alg_values_supported": null
				"""));
		assertThat(this.publisher.discovery().locate("billing"))
			.isEqualTo(new AuthorizationServer(ISSUER, URI.create(ISSUER + "/token"), null, Set.of(), Set.of(), null));
	}

	@Test
	void namesItsRegistrationSoThatNobodyAddsATokenToTheRequest() {
		ClientHttpRequestFactory recursive = new InterceptingClientHttpRequestFactory(this.publisher.client(),
				List.of((request, body, execution) -> {
					assertThat(request.getAttributes()).containsEntry(TokenFetcher.REQUEST, "billing");
					throw new OAuth2AuthorizationException(new OAuth2Error(TokenFetcher.REQUEST));
				}));
		Discovery discovery = new Discovery(new Issuer(ISSUER, null, false), recursive, 65536, this.publisher.time,
				Runnable::run);
		assertThat(Publisher.failure(discovery).problem())
			.isEqualTo("the token request itself passes through the interceptor that adds the token");
	}

}
