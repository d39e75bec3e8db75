/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration;
import org.springframework.boot.security.oauth2.client.autoconfigure.reactive.ReactiveOAuth2ClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(OutputCaptureExtension.class)
class ManagerPostProcessorTests {

	private final ScriptedServer ours = new ScriptedServer(Script.tokens("ours-", 3600));

	private final ScriptedServer theirs = new ScriptedServer(Script.tokens("theirs-", 3600));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(
				AutoConfigurations.of(OAuth2ClientAutoConfiguration.class, ReactiveOAuth2ClientAutoConfiguration.class))
		.withPropertyValues("oauth.client.registration.billing.token-uri=" + this.ours.url("/token"),
				"oauth.client.registration.billing.client-id=orders",
				"oauth.client.registration.billing.client-secret=canary",
				"spring.security.oauth2.client.registration.crm.client-id=orders",
				"spring.security.oauth2.client.registration.crm.client-secret=secret",
				"spring.security.oauth2.client.registration.crm.authorization-grant-type=client_credentials",
				"spring.security.oauth2.client.provider.crm.token-uri=" + this.theirs.url("/token"));

	@AfterEach
	void close() {
		this.ours.close();
		this.theirs.close();
	}

	private static OAuth2AuthorizeRequest request(String registrationId) {
		return OAuth2AuthorizeRequest.withClientRegistrationId(registrationId).principal("somebody").build();
	}

	private static String token(OAuth2AuthorizedClient client) {
		return client.getAccessToken().getTokenValue();
	}

	@Test
	void managerOfTheApplicationAnswersForBoth() {
		this.runner.withUserConfiguration(DeclaredAsManager.class).run((context) -> {
			OAuth2AuthorizedClientManager manager = context.getBean(OAuth2AuthorizedClientManager.class);
			assertThat(token(manager.authorize(request("billing")))).isEqualTo("ours-1");
			assertThat(token(manager.authorize(request("crm")))).isEqualTo("theirs-1");
			assertThatIllegalArgumentException().isThrownBy(() -> manager.authorize(request("nobody")))
				.withMessageContaining("Could not find ClientRegistration");
		});
	}

	@Test
	void reactiveManagerOfTheApplicationAnswersForBoth() {
		this.runner.withUserConfiguration(DeclaredAsManager.class).run((context) -> {
			ReactiveOAuth2AuthorizedClientManager manager = context
				.getBean(ReactiveOAuth2AuthorizedClientManager.class);
			assertThat(token(manager.authorize(request("billing")).block())).isEqualTo("ours-1");
			assertThat(token(manager.authorize(request("crm")).block())).isEqualTo("theirs-1");
		});
	}

	@Test
	void answersForAClientThatItIssued() {
		this.runner.withUserConfiguration(DeclaredAsManager.class).run((context) -> {
			OAuth2AuthorizedClientManager manager = context.getBean(OAuth2AuthorizedClientManager.class);
			OAuth2AuthorizedClient client = manager.authorize(request("billing"));
			assertThat(token(manager
				.authorize(OAuth2AuthorizeRequest.withAuthorizedClient(client).principal("somebody").build())))
				.isEqualTo("ours-1");
		});
	}

	@Test
	void leavesBeansThatMayBeInjectedByClassAlone(CapturedOutput output) {
		this.runner.withUserConfiguration(DeclaredByClass.class).run((context) -> {
			assertThat(context).hasSingleBean(AuthorizedClientServiceOAuth2AuthorizedClientManager.class);
			assertThat(token(context.getBean(OAuth2AuthorizedClientManager.class).authorize(request("crm"))))
				.isEqualTo("theirs-1");
			assertThat(output).contains("The bean 'manager' does not answer for the registrations under oauth.client",
					"Declare it as OAuth2AuthorizedClientManager if it should.");
		});
	}

	@Test
	void addsNoManagerOfSpringsTypes() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(OAuth2AuthorizedClientManager.class)
			.doesNotHaveBean(ReactiveOAuth2AuthorizedClientManager.class));
	}

	@Test
	void asksNobodyForATokenAtStart() {
		this.runner.withUserConfiguration(DeclaredAsManager.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.ours.requests()).isEmpty();
		});
	}

	@Test
	void leavesManagersOfApplicationsWithoutRegistrationsOfSpringAlone() {
		OAuth2AuthorizedClientManager manager = (request) -> null;
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=" + this.ours.url("/token"), "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary")
			.withBean(OAuth2AuthorizedClientManager.class, () -> manager)
			.run((context) -> assertThat(context.getBean(OAuth2AuthorizedClientManager.class)).isSameAs(manager));
	}

	@Test
	void refusesAnIdThatBothHave() {
		this.runner
			.withPropertyValues("spring.security.oauth2.client.registration.billing.provider=crm",
					"spring.security.oauth2.client.registration.billing.client-id=orders",
					"spring.security.oauth2.client.registration.billing.authorization-grant-type=client_credentials")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidOAuthClientException.class)
				.hasMessage("oauth.client.registration.billing has the id of one of Spring Security's client "
						+ "registrations. use another id, or remove "
						+ "spring.security.oauth2.client.registration.billing."));
	}

	@Test
	void warnsOfARepositoryThatIsNotAsked(CapturedOutput output) {
		List<String> asked = new ArrayList<>();
		this.runner.withBean("tenants", ClientRegistrationRepository.class, () -> (id) -> {
			asked.add(id);
			return null;
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(asked).isEmpty();
			assertThat(output).contains("WARN")
				.containsOnlyOnce("in the bean 'tenants' are not compared with those under oauth.client")
				.containsOnlyOnce("are not compared with those under oauth.client");
		});
	}

	@Test
	void warnsOfNoRepositoryThatIsCompared(CapturedOutput output) {
		this.runner.withUserConfiguration(DeclaredAsManager.class)
			.run((context) -> assertThat(output).doesNotContain("are not compared"));
	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredAsManager {

		@Bean
		OAuth2AuthorizedClientManager manager(ClientRegistrationRepository registrations,
				OAuth2AuthorizedClientService clients) {
			return new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, clients);
		}

		@Bean
		ReactiveOAuth2AuthorizedClientManager reactiveManager(ReactiveClientRegistrationRepository registrations,
				ReactiveOAuth2AuthorizedClientService clients) {
			var manager = new AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager(registrations, clients);
			return (request) -> Mono.defer(() -> manager.authorize(request));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredByClass {

		@Bean
		AuthorizedClientServiceOAuth2AuthorizedClientManager manager(ClientRegistrationRepository registrations,
				OAuth2AuthorizedClientService clients) {
			return new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, clients);
		}

	}

}
