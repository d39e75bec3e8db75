/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of a call when the API redirects it: the same over each HTTP engine. No
 * other server sees a token, nor anything else.
 */
@ParameterizedClass
@EnumSource(ApiCaller.class)
class RedirectsTests {

	private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

	private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.POST);

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer other = new ScriptedServer(Script.json(200, "\"other\""));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "\"api\""));

	private final ApiCaller caller;

	private final ApplicationContextRunner runner;

	RedirectsTests(ApiCaller caller) {
		this.caller = caller;
		this.runner = caller.runner(this.tokenEndpoint)
			.withPropertyValues("oauth.client.base-url=" + this.api.url("/v1"));
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.other.close();
		this.api.close();
	}

	private void redirect(int status, String location) {
		redirect(this.api, status, location);
	}

	private static void redirect(ScriptedServer server, int status, String location) {
		server.requests().clear();
		server.script((request, socket) -> {
			if (request.path().endsWith("/from")) {
				Script.send(socket, status, "Location: " + location + "\r\n", "moved");
			}
			else {
				Script.send(socket, 200, "Content-Type: text/plain\r\n", "ok");
			}
		});
	}

	private void assertRefused(BeanFactory beans, HttpMethod method, String uri, String message) {
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> this.caller.call(beans, method, uri))
			.withMessage(message);
		assertThat(this.other.requests()).isEmpty();
		assertThat(this.other.connections()).isZero();
	}

	@Test
	void followsThemWithTheTokenWithinTheOrigin() {
		this.runner.run((context) -> REDIRECTS.forEach((status) -> METHODS.forEach((method) -> {
			redirect(status, "/v2/to?x=1");
			ResponseEntity<String> response = this.caller.call(context, method, "/from");
			assertThat(response.getBody()).as(status + " " + method).isEqualTo("ok");
			assertThat(this.api.requests()).extracting(Request::path).containsExactly("/v1/from", "/v2/to?x=1");
			assertThat(this.api.requests()).extracting((request) -> request.header("Authorization"))
				.containsOnly("Bearer canary-1");
			boolean again = method == HttpMethod.GET || status >= 307;
			Request second = this.api.requests().get(1);
			assertThat(second.method()).as(status + " " + method).isEqualTo(again ? method.name() : "GET");
			assertThat(second.body()).isEqualTo((again && method == HttpMethod.POST) ? "payload" : "");
			assertThat(second.header("Content-Type") != null).isEqualTo(again && method == HttpMethod.POST);
		})));
	}

	private String refusal(String from) {
		return ("OAuth2 client 'default': the redirect from %s to %s leaves the origin of the request, and is not "
				+ "followed. Call that URL itself, or write 'oauth.client.api.redirects: dont-follow' to get the "
				+ "redirect and call its location with another client.")
			.formatted(from, this.other.url(""));
	}

	@Test
	void refusesThoseToAnotherOrigin() {
		this.runner.run((context) -> REDIRECTS.forEach((status) -> METHODS.forEach((method) -> {
			redirect(status, this.other.url("/to"));
			assertRefused(context, method, "/from", refusal(this.api.url("")));
			assertThat(this.api.requests()).hasSize(1);
		})));
	}

	@Test
	void refusesThoseFromHttpsToHttp() throws Exception {
		try (ScriptedServer secure = new ScriptedServer(certificates.serverSocket("good", false),
				Script.json(200, "{}"))) {
			String url = "https://" + secure.address();
			this.runner.withPropertyValues(certificates.bundle("api", "good"))
				.withPropertyValues("oauth.client.base-url=" + url, "oauth.client.api.ssl.bundle=api",
						"oauth.client.origins=" + this.other.url(""))
				.run((context) -> REDIRECTS.forEach((status) -> METHODS.forEach((method) -> {
					redirect(secure, status, this.other.url("/to"));
					assertRefused(context, method, "/from", refusal(url));
					assertThat(secure.requests()).hasSize(1);
				})));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "other", "*" })
	void refusesThoseToFurtherOriginsThatMayGetTheToken(String origins) {
		this.runner.withPropertyValues("oauth.client.origins=" + origins.replace("other", this.other.url("")))
			.run((context) -> {
				redirect(307, this.other.url("/to"));
				assertRefused(context, HttpMethod.POST, "/from", refusal(this.api.url("")));
			});
	}

	@Test
	void handsThemToTheCallerWhereTheyAreNotToBeFollowed() {
		this.runner.withPropertyValues("oauth.client.api.redirects=dont-follow").run(this::assertRedirectIsHandedOut);
		this.runner.withPropertyValues("spring.http.clients.redirects=dont-follow")
			.run(this::assertRedirectIsHandedOut);
		this.runner.withPropertyValues("spring.http.clients.redirects=dont-follow", "oauth.client.api.redirects=follow")
			.run((context) -> {
				redirect(302, "/v1/to");
				assertThat(this.caller.call(context, HttpMethod.GET, "/from").getBody()).isEqualTo("ok");
			});
	}

	private void assertRedirectIsHandedOut(AssertableApplicationContext context) {
		redirect(302, this.other.url("/to"));
		ResponseEntity<String> response = this.caller.call(context, HttpMethod.GET, "/from");
		assertThat(response.getStatusCode().value()).isEqualTo(302);
		assertThat(response.getHeaders().getFirst("Location")).isEqualTo(this.other.url("/to"));
		assertThat(this.other.connections()).isZero();
	}

	@Test
	void keepsCredentialsOfTheApplicationWithinTheOrigin() {
		this.runner.run((context) -> {
			redirect(302, this.other.url("/to"));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.call(context, HttpMethod.GET, "/from", "Basic canary"));
			assertThat(this.other.connections()).isZero();
			redirect(302, "to");
			this.caller.call(context, HttpMethod.GET, "/from", "Basic canary");
			assertThat(this.api.requests()).hasSize(2)
				.allMatch((request) -> "Basic canary".equals(request.header("Authorization")));
			assertThat(this.tokenEndpoint.requests()).hasSizeLessThanOrEqualTo(1);
		});
	}

	@Test
	void givesUpAfterTwentyOfThem() {
		this.runner.run((context) -> {
			redirect(302, "/v1/from");
			assertThat(this.caller.call(context, HttpMethod.GET, "/from").getStatusCode().value()).isEqualTo(302);
			assertThat(this.api.requests()).hasSize(21);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 303, 307 })
	void repeatsOnlyTheRequestThatIsRefusedWhereTheRedirectLeads(int status) {
		this.api.script((request, socket) -> {
			if (request.path().endsWith("/from")) {
				Script.send(socket, status, "Location: to\r\n", "");
			}
			else {
				boolean accepted = "Bearer canary-2".equals(request.header("Authorization"));
				Script.send(socket, accepted ? 200 : 401, "WWW-Authenticate: Bearer\r\n", accepted ? "ok" : "refused");
			}
		});
		this.runner.run((context) -> {
			assertThat(this.caller.call(context, HttpMethod.POST, "/from").getBody()).isEqualTo("ok");
			assertThat(this.api.requests()).extracting((request) -> request.path() + request.header("Authorization"))
				.containsExactly("/v1/fromBearer canary-1", "/v1/toBearer canary-1", "/v1/toBearer canary-2");
		});
	}

	@Test
	void followsThoseThatComeAfterARefusedToken() {
		this.api.script((request, socket) -> {
			boolean accepted = "Bearer canary-2".equals(request.header("Authorization"));
			if (!accepted) {
				Script.send(socket, 401, "WWW-Authenticate: Bearer\r\n", "refused");
			}
			else if (request.path().endsWith("/from")) {
				Script.send(socket, 302, "Location: to\r\n", "");
			}
			else {
				Script.send(socket, 200, "Content-Type: text/plain\r\n", "ok");
			}
		});
		this.runner.run((context) -> {
			assertThat(this.caller.call(context, HttpMethod.GET, "/from").getBody()).isEqualTo("ok");
			assertThat(this.api.requests()).extracting((request) -> request.path() + request.header("Authorization"))
				.containsExactly("/v1/fromBearer canary-1", "/v1/fromBearer canary-2", "/v1/toBearer canary-2");
		});
	}

	@Test
	void followsThoseOfAnotherServerThatGetsCredentialsOfTheApplication() {
		this.runner.run((context) -> {
			redirect(this.other, 302, "/to");
			String url = this.other.url("/from");
			assertThat(this.caller.call(context, HttpMethod.GET, url, "Basic canary").getBody()).isEqualTo("ok");
			redirect(this.other, 302, this.api.url("/v1/to"));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.call(context, HttpMethod.GET, url, "Basic canary"));
			assertThat(this.api.requests()).isEmpty();
		});
	}

	@Test
	void followsThemWithoutATokenWhereNoneIsRequired() {
		this.tokenEndpoint.script(Script.json(400, "{\"error\":\"invalid_client\"}"));
		this.runner.withPropertyValues("oauth.client.require-token=false").run((context) -> {
			redirect(302, "to");
			assertThat(this.caller.call(context, HttpMethod.GET, "/from").getBody()).isEqualTo("ok");
			redirect(302, this.other.url("/to"));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.call(context, HttpMethod.GET, "/from"));
			assertThat(this.other.connections()).isZero();
		});
	}

	@Test
	void followsThemWhereBodiesStreamUnlessTheBodyWouldHaveToBeSentAgain() {
		this.runner.withPropertyValues("oauth.client.replay-unauthorized=false").run((context) -> {
			redirect(303, "to");
			assertThat(this.caller.call(context, HttpMethod.POST, "/from").getBody()).isEqualTo("ok");
			redirect(302, this.other.url("/to"));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.call(context, HttpMethod.GET, "/from"));
			redirect(307, "to");
			RestClient client = context.getBean(RestClient.class);
			if (!this.caller.isReactive()) {
				assertThat(this.caller.call(context, HttpMethod.POST, "/from").getStatusCode().value()).isEqualTo(307);
				assertThat(client.get().uri("/from").retrieve().body(String.class)).isEqualTo("ok");
				int status = client.method(HttpMethod.GET)
					.uri("/from")
					.body("payload")
					.exchange((request, response) -> response.getStatusCode().value());
				assertThat(status).isEqualTo(307);
			}
			assertThat(this.other.connections()).isZero();
		});
	}

}
