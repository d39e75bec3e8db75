/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.testing.Secrets;
import io.github.outboundauth.testing.TestKey;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Nothing that can be printed holds a secret or a token: no bean, no value, no exception
 * with all its causes, whatever the servers answer and whichever way it comes.
 */
class SecrecyTests {

	private static final String SECRET = "a canary/+%:";

	private static final List<String> BASIC = List.of("client-secret=" + SECRET);

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(401, "{}"));

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
	}

	@AfterEach
	void closeServers() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@ParameterizedTest
	@MethodSource("credentials")
	void beansAndValuesPrintNone(List<String> credentials) {
		context(credentials).run((context) -> {
			TokenSources sources = context.getBean(TokenSources.class);
			assertThat(sources.get("default").await().value()).startsWith("canary-");
			assertThat(List.of(context.getBeanDefinitionNames())).map((name) -> name + "=" + context.getBean(name))
				.noneMatch(Secrets::areIn);
			assertThat(context.getBean(OAuthClientRegistrations.class).all())
				.flatMap((registration) -> List.of(registration, registration.request(), registration.withoutSecret()))
				.map(Object::toString)
				.noneMatch(Secrets::areIn);
			assertThat(sources.get("default").await().toString()).isNotEmpty().matches((text) -> !Secrets.areIn(text));
			assertThat(authorize(context)).isNotNull();
		});
	}

	@Test
	void theExceptionOfARefusedCallPrintsNone() {
		context(BASIC).run((context) -> {
			assertThat(printed(() -> callWithRestClient(context))).contains("401")
				.matches((text) -> !Secrets.areIn(text));
			assertThat(printed(() -> callWithWebClient(context))).contains("401")
				.matches((text) -> !Secrets.areIn(text));
		});
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void exceptionsPrintNoneWithAllTheirCauses(Script script) {
		this.tokenEndpoint.script(script);
		context(BASIC).run((context) -> assertThat(printedEverywhere(context))
			.allMatch((text) -> text.contains("OAuth2 client 'default'") && !Secrets.areIn(text)));
	}

	@ParameterizedTest
	@MethodSource("credentials")
	void exceptionsPrintNoneOfWhatTheServerRepeats(List<String> credentials) {
		this.tokenEndpoint.script((request, socket) -> Script
			.json(401,
					"{\"error\":\"invalid_client\",\"error_description\":\"%s %s\"}".formatted(
							request.header("Authorization"), URLDecoder.decode(request.body(), StandardCharsets.UTF_8)))
			.answer(request, socket));
		context(credentials).run((context) -> assertThat(printedEverywhere(context))
			.allMatch((text) -> text.contains("invalid_client") && !Secrets.areIn(text)));
	}

	/**
	 * The credentials of each kind. What is signed is marked, to be recognised.
	 */
	static Stream<List<String>> credentials() throws Exception {
		String mark = "assertion.claims.mark=canary";
		return Stream.of(BASIC, List.of("client-secret=" + SECRET, "client-authentication-method=client_secret_post"),
				List.of("client-secret-location=" + file(SECRET)),
				List.of("client-secret=" + SECRET.repeat(3), "client-authentication-method=client_secret_jwt", mark),
				List.of("assertion.key-location=" + file(TestKey.ec("ec", "secp256r1").encryptedPkcs8()),
						"assertion.key-password=" + TestKey.PASSWORD, mark),
				List.of("assertion.key-location=" + file(TestKey.ed25519("edwards").jwk().toJSONString()), mark),
				List.of("assertion.location=" + file("canary.canary.canary")),
				Stream
					.concat(Stream.of("assertion.ssl-bundle=good", mark),
							Stream.of(certificates.bundle("good", "good")))
					.toList());
	}

	private static Path file(String content) throws IOException {
		return Files.writeString(Files.createTempFile(directory, "credential", ".txt"), content);
	}

	static Stream<Script> refusals() {
		String basic = Base64.getEncoder().encodeToString(("orders:" + SECRET).getBytes(StandardCharsets.UTF_8));
		return Stream.of(
				Script.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"not a canary/+%: at all\"}"),
				Script.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"got Basic " + basic + "\"}"),
				Script.json(400, "{\"error\":\"a canary/+%:\"}"),
				Script.json(500, "{\"access_token\":\"canary-1\",\"token_type\":\"Bearer\"}"),
				Script.json(200, "{\"access_token\":\"canary-1\",\"token_type\":\"Bearer\",\"expires_in\":"),
				Script.json(200, "{\"access_token\":\"canary-1\"}"),
				Script.json(200, "{\"access_token\":[\"canary-1\"],\"token_type\":\"Bearer\"}"),
				Script.json(200, "{\"access_token\":\"canary 1\",\"token_type\":\"Bearer\"}"),
				Script.json(200, "\"canary-1\""),
				(request, socket) -> Script.send(socket, 200, "Content-Type: text/html\r\n", "<p>" + SECRET + "</p>"),
				(request, socket) -> Script.send(socket, 200, "Content-Type: ca/na/ry canary\r\n", "canary"),
				(request, socket) -> Script.send(socket, 307,
						"Location: https://idp.example.com/canary?token=canary\r\n", ""),
				(request, socket) -> Script.send(socket, 429, "Retry-After: canary\r\n", ""),
				(request, socket) -> Script.send(socket, 401, "WWW-Authenticate: canary realm=\"canary\"\r\n", ""),
				(request, socket) -> socket.getOutputStream().write("canary canary canary\r\n\r\n".getBytes()),
				(request, socket) -> socket.close());
	}

	private ApplicationContextRunner context(List<String> credentials) {
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
					"oauth.client.client-id=orders", "oauth.client.retry.max-attempts=1",
					"oauth.client.parameters.api_key=canary", "oauth.client.headers.X-Api-Key=canary",
					"oauth.client.api.default-header.X-Api-Key=canary", "oauth.client.api.proxy.host=proxy.test",
					"oauth.client.api.proxy.port=3128", "oauth.client.api.proxy.username=orders",
					"oauth.client.api.proxy.password=canary", "oauth.client.api.proxy.non-proxy-hosts=*",
					"oauth.client.base-url=" + this.api.url(""))
			.withPropertyValues(credentials.stream()
				.map((property) -> property.startsWith("spring.") ? property : "oauth.client." + property)
				.toArray(String[]::new));
	}

	private static List<String> printedEverywhere(ApplicationContext context) {
		return List.of(printed(() -> context.getBean(TokenSources.class).get("default").await()),
				printed(() -> callWithRestClient(context)), printed(() -> callWithWebClient(context)),
				printed(() -> authorize(context)));
	}

	private static String printed(Runnable call) {
		Throwable thrown = catchThrowable(call::run);
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static void callWithRestClient(ApplicationContext context) {
		context.getBean(RestClient.class).get().uri("/items").retrieve().toBodilessEntity();
	}

	private static void callWithWebClient(ApplicationContext context) {
		context.getBean(WebClient.class).get().uri("/items").retrieve().toBodilessEntity().block();
	}

	private static Object authorize(ApplicationContext context) {
		return context.getBean(OAuth2AuthorizedClientManager.class)
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("default").principal("anybody").build());
	}

}
