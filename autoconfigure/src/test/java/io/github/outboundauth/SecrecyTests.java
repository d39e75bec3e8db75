/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.testing.Secrets;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Nothing that can be printed holds a secret or a token: no bean, no value, no exception
 * with all its causes, whatever the servers answer and whichever way it comes.
 */
class SecrecyTests {

	private static final String SECRET = "a canary/+%:";

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(401, "{}"));

	@AfterEach
	void closeServers() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_basic", "client_secret_post" })
	void beansAndValuesPrintNone(String method) {
		context(method).run((context) -> {
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
		context("client_secret_basic").run((context) -> {
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
		context("client_secret_basic").run((context) -> assertThat(printedEverywhere(context))
			.allMatch((text) -> text.contains("OAuth2 client 'default'") && !Secrets.areIn(text)));
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

	private ApplicationContextRunner context(String method) {
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
					"oauth.client.client-id=orders", "oauth.client.client-secret=" + SECRET,
					"oauth.client.client-authentication-method=" + method, "oauth.client.retry.max-attempts=1",
					"oauth.client.parameters.api_key=canary", "oauth.client.headers.X-Api-Key=canary",
					"oauth.client.base-url=" + this.api.url(""));
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
