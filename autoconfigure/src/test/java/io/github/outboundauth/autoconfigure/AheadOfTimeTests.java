/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that was processed ahead of time has the same beans, the named ones
 * included, and reads their settings when it runs.
 */
@CompileWithForkedClassLoader
@Timeout(120)
class AheadOfTimeTests {

	private static final String[] KEYS = { "oauth.client.token-uri=${TOKEN_URI}", "oauth.client.client-id=${CLIENT_ID}",
			"oauth.client.client-secret=${CLIENT_SECRET}", "oauth.client.base-url=${API}/v1",
			"oauth.client.registration.billing.audience=billing",
			"oauth.client.registration.billing.base-url=${API}/billing" };

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@Test
	void namedAndDefaultClientsCarryTokens() {
		run((context) -> {
			Clients clients = context.getBean(Clients.class);
			clients.webClient.get().uri("/a").retrieve().toBodilessEntity().block();
			clients.restClient.get().uri("/b").retrieve().toBodilessEntity();
			clients.invoices.all();
			clients.defaultWebClient.get().uri("/d").retrieve().toBodilessEntity().block();
			clients.defaultRestClient.get().uri("/e").retrieve().toBodilessEntity();
			assertThat(context.getBean(OAuth2AuthorizedClientManager.class)
				.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("billing").principal("any").build())
				.getAccessToken()
				.getTokenValue()).isEqualTo("canary-1");
		});
		List<String> calls = this.api.requests()
			.stream()
			.map((call) -> call.path() + " " + call.header("Authorization"))
			.toList();
		assertThat(calls).containsExactly("/billing/a Bearer canary-1", "/billing/b Bearer canary-1",
				"/billing/c Bearer canary-1", "/v1/d Bearer canary-2", "/v1/e Bearer canary-2");
	}

	/**
	 * They replace the HTTP clients of Spring Boot, which have to be recognized.
	 */
	@Test
	void clientsHaveTheHttpSettingsOfTheirApi() {
		CountDownLatch end = new CountDownLatch(1);
		this.api.script((request, socket) -> end.await());
		run((context) -> {
			Clients clients = context.getBean(Clients.class);
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> clients.webClient.get().retrieve().toBodilessEntity().block(Duration.ofSeconds(30)));
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> clients.restClient.get().retrieve().toBodilessEntity());
			end.countDown();
		}, "oauth.client.registration.billing.api.read-timeout=500ms");
	}

	@Test
	void registrationThatIsAddedLaterHasASourceButNoBeans() {
		run((context) -> {
			assertThat(context.getBean(TokenSources.class).get("shipping").await().value()).isEqualTo("canary-1");
			assertThat(context.containsBean("billingWebClient")).isTrue();
			assertThat(context.containsBean("shippingWebClient")).isFalse();
		}, "oauth.client.registration.shipping.scope=parcels");
	}

	/**
	 * Process the application, which knows no value then, and run it.
	 */
	private void run(Consumer<GenericApplicationContext> task, String... added) {
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = process(generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(KEYS)
					.and(added)
					.and("TOKEN_URI=" + this.tokenEndpoint.url("/token"), "CLIENT_ID=orders", "CLIENT_SECRET=canary",
							"API=" + this.api.url(""))
					.applyTo(context.getEnvironment());
				compiled.getInstance(initializer(), initializer.canonicalName()).initialize(context);
				context.refresh();
				task.accept(context);
			}
		});
	}

	private static ClassName process(TestGenerationContext generation) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(KEYS).applyTo(context.getEnvironment());
			context.register(Configurations.getClasses(ContextRunners.autoConfigurations()));
			context.register(Application.class);
			return new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
	}

	@SuppressWarnings("unchecked")
	private static Class<ApplicationContextInitializer<GenericApplicationContext>> initializer() {
		return (Class<ApplicationContextInitializer<GenericApplicationContext>>) (Class<?>) ApplicationContextInitializer.class;
	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "billing", types = Invoices.class)
	static class Application {

		@Bean
		Clients clients(@Qualifier("billing") WebClient webClient, @Qualifier("billing") RestClient restClient,
				Invoices invoices, WebClient defaultWebClient, RestClient defaultRestClient) {
			return new Clients(webClient, restClient, invoices, defaultWebClient, defaultRestClient);
		}

	}

	record Clients(WebClient webClient, RestClient restClient, Invoices invoices, WebClient defaultWebClient,
			RestClient defaultRestClient) {

	}

	@HttpExchange
	interface Invoices {

		@GetExchange("/c")
		void all();

	}

}
