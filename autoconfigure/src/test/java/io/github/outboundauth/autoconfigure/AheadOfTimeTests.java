/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration;
import org.springframework.boot.security.oauth2.client.autoconfigure.reactive.ReactiveOAuth2ClientAutoConfiguration;
import org.springframework.boot.security.oauth2.client.autoconfigure.servlet.OAuth2ClientWebSecurityAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.context.servlet.AnnotationConfigServletWebApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.support.GenericWebApplicationContext;
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

	private static final String[] KEYS_OF_SPRING = { "spring.security.oauth2.client.provider.crm.token-uri=${THEIRS}",
			"spring.security.oauth2.client.registration.crm.client-id=${CLIENT_ID}",
			"spring.security.oauth2.client.registration.crm.authorization-grant-type=client_credentials" };

	private static final AutoConfigurations AUTO_CONFIGURATIONS_OF_SPRING = AutoConfigurations.of(
			OAuth2ClientAutoConfiguration.class, OAuth2ClientWebSecurityAutoConfiguration.class,
			ReactiveOAuth2ClientAutoConfiguration.class);

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer theirs = new ScriptedServer(Script.tokens("theirs-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.theirs.close();
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
			assertThat(token(context.getBean(OAuth2AuthorizedClientManager.class).authorize(request("billing"))))
				.isEqualTo("canary-1");
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

	@Test
	void managersOfTheApplicationAnswerForOurRegistrationsAndTheirs() {
		run(process(new AnnotationConfigApplicationContext(), Neighbour.class, KEYS_OF_SPRING),
				new GenericApplicationContext(), (context) -> {
					OAuth2AuthorizedClientManager manager = context.getBean(OAuth2AuthorizedClientManager.class);
					assertThat(token(manager.authorize(request("billing")))).isEqualTo("canary-1");
					assertThat(token(manager.authorize(request("crm")))).isEqualTo("theirs-1");
					ReactiveOAuth2AuthorizedClientManager reactive = context
						.getBean(ReactiveOAuth2AuthorizedClientManager.class);
					assertThat(token(reactive.authorize(request("billing")).block())).isEqualTo("canary-1");
					assertThat(token(reactive.authorize(request("crm")).block())).isEqualTo("theirs-2");
				}, KEYS_OF_SPRING);
	}

	@Test
	void managerOfSpringSecurityAnswersForOurRegistrationsAndTheirs() {
		run(process(new AnnotationConfigServletWebApplicationContext(), SecuredNeighbour.class, KEYS_OF_SPRING),
				new GenericWebApplicationContext(new MockServletContext()), (context) -> {
					OAuth2AuthorizedClientManager manager = context.getBean(OAuth2AuthorizedClientManager.class);
					assertThat(token(manager.authorize(request("billing")))).isEqualTo("canary-1");
					assertThat(token(manager.authorize(request("crm")))).isEqualTo("theirs-1");
				}, KEYS_OF_SPRING);
	}

	private static OAuth2AuthorizeRequest request(String registrationId) {
		return OAuth2AuthorizeRequest.withClientRegistrationId(registrationId)
			.principal("anybody")
			.attribute(HttpServletRequest.class.getName(), new MockHttpServletRequest())
			.attribute(HttpServletResponse.class.getName(), new MockHttpServletResponse())
			.build();
	}

	private static String token(OAuth2AuthorizedClient client) {
		return client.getAccessToken().getTokenValue();
	}

	private void run(Consumer<GenericApplicationContext> task, String... added) {
		run(process(new AnnotationConfigApplicationContext(), Application.class), new GenericApplicationContext(), task,
				added);
	}

	private void run(Processed processed, GenericApplicationContext context, Consumer<GenericApplicationContext> task,
			String... added) {
		TestCompiler.forSystem().with(processed.generation()).compile((compiled) -> {
			try (context) {
				TestPropertyValues.of(KEYS)
					.and(added)
					.and("TOKEN_URI=" + this.tokenEndpoint.url("/token"), "CLIENT_ID=orders", "CLIENT_SECRET=canary",
							"API=" + this.api.url(""), "THEIRS=" + this.theirs.url("/token"))
					.applyTo(context.getEnvironment());
				compiled.getInstance(initializer(), processed.initializer().canonicalName()).initialize(context);
				context.refresh();
				task.accept(context);
			}
		});
	}

	/**
	 * Process an application, which knows no value then.
	 */
	private static <C extends GenericApplicationContext & AnnotationConfigRegistry> Processed process(C context,
			Class<?> application, String... added) {
		try (context) {
			TestPropertyValues.of(KEYS).and(added).applyTo(context.getEnvironment());
			context.register(application);
			context.register(
					Configurations.getClasses(ContextRunners.autoConfigurations(), AUTO_CONFIGURATIONS_OF_SPRING));
			TestGenerationContext generation = new TestGenerationContext();
			ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
			return new Processed(generation, initializer);
		}
	}

	@SuppressWarnings("unchecked")
	private static Class<ApplicationContextInitializer<GenericApplicationContext>> initializer() {
		return (Class<ApplicationContextInitializer<GenericApplicationContext>>) (Class<?>) ApplicationContextInitializer.class;
	}

	private record Processed(TestGenerationContext generation, ClassName initializer) {

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

	@Configuration(proxyBeanMethods = false)
	static class Neighbour {

		@Bean
		OAuth2AuthorizedClientManager manager(ClientRegistrationRepository registrations,
				OAuth2AuthorizedClientService clients) {
			return new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, clients);
		}

		@Bean
		ReactiveOAuth2AuthorizedClientManager reactiveManager(ReactiveClientRegistrationRepository registrations,
				ReactiveOAuth2AuthorizedClientService clients) {
			return new AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager(registrations, clients);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class SecuredNeighbour {

	}

	@HttpExchange
	interface Invoices {

		@GetExchange("/c")
		void all();

	}

}
