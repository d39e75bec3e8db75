/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.client.OAuthClientRestClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.client.OAuthClientWebClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.security.OAuthClientSecurityAutoConfiguration;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was processed ahead of time has the same beans, the named ones
 * included.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@Test
	void namedAndDefaultClientsCarryTokens() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		configure(context);
		context.register(Application.class);
		TestGenerationContext generationContext = new TestGenerationContext();
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generationContext);
		generationContext.writeGeneratedContent();
		TestCompiler.forSystem().with(generationContext).compile((compiled) -> {
			try (GenericApplicationContext fresh = new GenericApplicationContext()) {
				configure(fresh);
				compiled.getInstance(initializer(), initializer.canonicalName()).initialize(fresh);
				fresh.refresh();
				Clients clients = fresh.getBean(Clients.class);
				clients.webClient.get().uri("/a").retrieve().toBodilessEntity().block();
				clients.restClient.get().uri("/b").retrieve().toBodilessEntity();
				clients.defaultClient.get().uri("/c").retrieve().toBodilessEntity();
			}
		});
		List<String> calls = this.api.requests()
			.stream()
			.map((call) -> call.path() + " " + call.header("Authorization"))
			.toList();
		assertThat(calls).containsExactly("/billing/a Bearer canary-1", "/billing/b Bearer canary-1",
				"/v1/c Bearer canary-2");
	}

	@SuppressWarnings("unchecked")
	private static Class<ApplicationContextInitializer<GenericApplicationContext>> initializer() {
		return (Class<ApplicationContextInitializer<GenericApplicationContext>>) (Class<?>) ApplicationContextInitializer.class;
	}

	private void configure(GenericApplicationContext context) {
		TestPropertyValues
			.of("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"), "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.base-url=" + this.api.url("/v1"),
					"oauth.client.registration.billing.base-url=" + this.api.url("/billing"))
			.applyTo(context.getEnvironment());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
			ImperativeHttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
			RestClientAutoConfiguration.class, WebClientAutoConfiguration.class, OAuthClientAutoConfiguration.class,
			OAuthClientRestClientAutoConfiguration.class, OAuthClientSecurityAutoConfiguration.class,
			OAuthClientWebClientAutoConfiguration.class })
	static class Application {

		@Bean
		Clients clients(@Qualifier("billing") WebClient webClient, @Qualifier("billing") RestClient restClient,
				RestClient defaultClient) {
			return new Clients(webClient, restClient, defaultClient);
		}

	}

	record Clients(WebClient webClient, RestClient restClient, RestClient defaultClient) {

	}

}
