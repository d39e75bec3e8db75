/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.sample.servers.SampleServers;
import io.github.outboundauth.test.ReceivedTokenRequest;
import io.github.outboundauth.test.TestAuthorizationServer;
import io.github.outboundauth.test.TokenAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the profile {@code external}, with what the environment says given as
 * arguments.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExternalProfileTests {

	private static final String SECRET = "a-secret-nobody-may-see";

	@RegisterExtension
	static final TestAuthorizationServer server = new TestAuthorizationServer();

	private final Map<String, String> environment = new LinkedHashMap<>();

	private ScriptedApi api;

	@BeforeEach
	void start() throws IOException {
		this.api = ScriptedApi.start();
		this.environment.put("OAUTH_TOKEN_URL", server.tokenUri());
		this.environment.put("OAUTH_CLIENT_ID", "orders");
		this.environment.put("OAUTH_CLIENT_SECRET", SECRET);
		this.environment.put("OAUTH_SCOPE", "inventory.read");
		this.environment.put("API_URL", this.api.url());
	}

	@AfterEach
	void noSecretIsPrinted(CapturedOutput output) {
		this.api.close();
		assertThat(output).doesNotContain(SECRET);
		assertThat(server.tokenRequests()).extracting(ReceivedTokenRequest::token)
			.filteredOn(Objects::nonNull)
			.allSatisfy((token) -> assertThat(output).doesNotContain(token));
	}

	@Test
	void saysHowLongTheTokenLivesAndWhatTheApiAnswers(CapturedOutput output) throws Exception {
		this.api.answer(200, "{\"you-sent\":\"%s\"}");
		try (ConfigurableApplicationContext client = run()) {
			assertThat(output).contains("Obtained a token. It lives for 3600 seconds.")
				.contains("The API answered 200 OK:\n{\"you-sent\":\"Bearer ******\"}");
			assertThat(client.getBeanNamesForType(SampleServers.class)).isEmpty();
			assertThat(client.getBeanNamesForType(InventoryJob.class)).isEmpty();
			assertThat(server.tokenRequests()).extracting(ReceivedTokenRequest::parameters)
				.containsExactly(MultiValueMap
					.fromSingleValue(Map.of("grant_type", "client_credentials", "scope", "inventory.read")));
			assertThat(get(client, "/")).contains("<dt>1</dt><dd>calls made").doesNotContain("token requests made");
		}
	}

	@Test
	void endpointsCallTheApi() throws Exception {
		this.api.answer(200, "{\"stock\":7}");
		try (ConfigurableApplicationContext client = run()) {
			for (String path : new String[] { "/inventory", "/inventory/rest-client", "/inventory/http-service",
					"/prices" }) {
				assertThat(get(client, path)).isEqualTo("{\"stock\":7}");
			}
			assertThat(server.tokenRequests()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void scopeMayBeMissing(boolean empty) {
		this.environment.remove("OAUTH_SCOPE");
		if (empty) {
			this.environment.put("OAUTH_SCOPE", "");
		}
		run().close();
		assertThat(server.tokenRequests()).extracting(ReceivedTokenRequest::parameters)
			.containsExactly(MultiValueMap.fromSingleValue(Map.of("grant_type", "client_credentials")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 500 })
	void errorOfTheApiIsPrintedAndTheApplicationStaysUp(int status, CapturedOutput output) {
		this.api.answer(status, "{\"error\":\"not yours\",\"you-sent\":\"%s\"}");
		try (ConfigurableApplicationContext client = run()) {
			assertThat(output).contains("The API answered with an error, " + status)
				.contains(":\n{\"error\":\"not yours\",\"you-sent\":\"Bearer ******\"}");
			assertThat(client.isRunning()).isTrue();
		}
	}

	@Test
	void applicationStaysUpWhenTheApiRefusesTheTokenAndThereIsNoOther(CapturedOutput output) {
		this.api.answer(401, "{}");
		server.answerNext(TokenAnswer.token());
		server.answer(TokenAnswer.error(400, "invalid_client"));
		try (ConfigurableApplicationContext client = run()) {
			assertThat(output).contains("The API answered with an error, 401");
			assertThat(server.tokenRequests()).hasSizeGreaterThan(1);
			assertThat(client.isRunning()).isTrue();
		}
	}

	@Test
	void apiThatIsNotThereIsReported(CapturedOutput output) {
		this.environment.put("API_URL", "http://localhost:1/api");
		try (ConfigurableApplicationContext client = run()) {
			assertThat(output).contains("The API could not be called").contains("Check API_URL.");
			assertThat(client.isRunning()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					401 | application/json | {"error":"invalid_client"}    | refused (invalid_client)  | Check client-id, client-secret
					400 | application/json | {"error":"invalid_scope"}     | refused (invalid_scope)   | Check scope; asked for was ["inventory.read"]
					200 | text/html        | <html>Sign in</html>          | is text/html             | Check that token-uri is a token endpoint
					200 | application/json | {"token_type":"Bearer"}       | has no access_token       | Check that token-uri is a token endpoint
					404 | text/html        | <html>Not found</html>        | status=404                | Check the path of token-uri
					""")
	void withoutATokenItSaysWhyAndHowToMendIt(int status, String type, String body, String problem, String advice,
			CapturedOutput output) {
		server.answer(TokenAnswer.of(status, type, body));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this::run);
		assertThat(output).contains("APPLICATION FAILED TO START").contains(problem).contains(advice);
	}

	@Test
	void withoutAProviderItSaysWhyAndHowToMendIt(CapturedOutput output) {
		this.environment.put("OAUTH_TOKEN_URL", "http://localhost:1/token");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this::run);
		assertThat(output).contains("the connection to http://localhost:1 was refused")
			.contains("Is the authorization server running?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OAUTH_TOKEN_URL", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "API_URL" })
	void missingVariableIsNamed(String variable, CapturedOutput output) {
		this.environment.remove(variable);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this::run);
		assertThat(output).contains("APPLICATION FAILED TO START").contains(variable);
	}

	private ConfigurableApplicationContext run() {
		String[] args = this.environment.entrySet()
			.stream()
			.map((variable) -> "--" + variable.getKey() + "=" + variable.getValue())
			.toArray(String[]::new);
		String[] all = new String[args.length + 2];
		all[0] = "--spring.profiles.active=external";
		all[1] = "--server.port=0";
		System.arraycopy(args, 0, all, 2, args.length);
		return SampleApplication.run(all);
	}

	private static String get(ConfigurableApplicationContext client, String path) throws Exception {
		URI uri = URI
			.create("http://localhost:" + client.getEnvironment().getRequiredProperty("local.server.port") + path);
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
	}

}
