/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Registrations that are said in code.
 */
class OAuthClientCustomizerTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.registration.billing.scope=read",
				"oauth.client.registration.billing.http.read-timeout=3s");

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	private ApplicationContextRunner with(OAuthClientCustomizer customizer) {
		return this.runner.withBean("customizer", OAuthClientCustomizer.class, () -> customizer);
	}

	@Test
	void aRegistrationInCodeIsUsedLikeAnyOther() {
		with((keys) -> keys.set("acme", "client-id", "acme")
			.set("acme", "client-secret", "canary-acme")
			.set("acme", "scope", List.of("read", "write"))
			.set("acme", "parameters.tenant", "7")
			.set("acme", "base-url", this.api.url("/acme"))).run((context) -> {
				context.getBean(BearerTokenExchangeFilter.class);
				WebClient.builder()
					.filter(context.getBean(BearerTokenExchangeFilter.class).forRegistration("acme"))
					.build()
					.get()
					.uri(this.api.url("/filter"))
					.retrieve()
					.toBodilessEntity()
					.block();
				RestClient.builder()
					.requestInterceptor(context.getBean(BearerTokenInterceptor.class))
					.build()
					.get()
					.uri(this.api.url("/attribute"))
					.attributes(ClientAttributes.clientRegistrationId("acme"))
					.retrieve()
					.toBodilessEntity();
				assertThat(this.api.requests())
					.extracting((request) -> request.path() + " " + request.header("Authorization"))
					.containsExactly("/filter Bearer canary-1", "/attribute Bearer canary-1");
				assertThat(context.getBean(OAuth2AuthorizedClientManager.class)
					.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("acme").principal("any").build())
					.getAccessToken()
					.getTokenValue()).isEqualTo("canary-1");
				assertThat(this.tokenEndpoint.requests()).singleElement()
					.satisfies((request) -> assertThat(request.body()).contains("scope=read+write", "tenant=7"));
				assertThat(context).doesNotHaveBean("acmeWebClient").doesNotHaveBean("acmeRestClient");
			});
	}

	@Test
	void codeChangesOneKeyOfWhatIsConfigured() {
		with((keys) -> {
			assertThat(keys.configured().registration()).containsOnlyKeys("billing");
			assertThat(keys.configured().clientId()).isEqualTo("orders");
			keys.set("billing", "http.connect-timeout", Duration.ofSeconds(1)).set("default", "scope", "all");
		}).run((context) -> {
			OAuthClientRegistrations registrations = context.getBean(OAuthClientRegistrations.class);
			assertThat(registrations.get("billing").endpoint().http().connectTimeout())
				.isEqualTo(Duration.ofSeconds(1));
			assertThat(registrations.get("billing").endpoint().http().readTimeout()).isEqualTo(Duration.ofSeconds(3));
			assertThat(registrations.get("billing").request().client().getScopes()).containsExactly("read");
			assertThat(registrations.get("default").request().client().getScopes()).containsExactly("all");
		});
	}

	@Test
	void severalAreAskedInOrder() {
		with((keys) -> keys.set("billing", "scope", "first").set("billing", "audience", "first"))
			.withBean("later", OAuthClientCustomizer.class, () -> (keys) -> keys.set("billing", "scope", "second"))
			.run((context) -> {
				OAuthClientRegistrations registrations = context.getBean(OAuthClientRegistrations.class);
				assertThat(registrations.get("billing").request().client().getScopes()).containsExactly("second");
				assertThat(registrations.get("billing").request().parameters()).containsKey("audience");
			});
	}

	@Test
	void aKeyIsOneInAllItsSpellings() {
		with((keys) -> keys.set("acme", "clientId", "first")
			.set("acme", "client-secret", "canary")
			.set("acme", "client-id", "second")).run((context) -> {
				OAuthClientRegistrations registrations = context.getBean(OAuthClientRegistrations.class);
				assertThat(registrations.get("acme").request().client().getClientId()).isEqualTo("second");
			});
	}

	@Test
	void namesThatAreOneToTheConfigurationAreRefused() {
		with((keys) -> keys.set("billing", "parameters.sub_ject", "canary")
			.set("billing", "parameters.subject", "canary"))
			.run((context) -> assertThat(Reports.of(context.getStartupFailure())).contains(
					"oauth.client.registration.billing.parameters.subject (from an OAuthClientCustomizer) has the "
							+ "same name as oauth.client.registration.billing.parameters.sub_ject but for case, - and _")
				.doesNotContain("canary"));
	}

	@Test
	void codeAloneNeedsNoMoreThanTheSwitch() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.enabled=true")
			.withBean(OAuthClientCustomizer.class,
					() -> (keys) -> keys.set("acme", "token-uri", this.tokenEndpoint.url("/token"))
						.set("acme", "client-id", "acme")
						.set("acme", "client-secret", "canary"))
			.run((context) -> assertThat(context.getBean(TokenSources.class).get("acme").await().value())
				.isEqualTo("canary-1"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					billing | client-secret        | ' '             | oauth.client.registration.billing.client-secret (from an OAuthClientCustomizer) is blank
					default | base-url             | canary          | oauth.client.base-url (from an OAuthClientCustomizer) is not an absolute
					acme    | client-id            | acme            | oauth.client.registration.acme.client-secret (from an OAuthClientCustomizer) is missing
					acme    | clientSecret         | ' '             | oauth.client.registration.acme.client-secret (from an OAuthClientCustomizer) is blank
					acme    | headers.Authorization | canary         | oauth.client.registration.acme.headers.Authorization (from an OAuthClientCustomizer) is reserved
					acme    | client-secrt         | canary          | oauth.client.registration.acme.client-secrt (from an OAuthClientCustomizer) does not exist. Did you mean oauth.client.registration.acme.client-secret?
					default | enabledd             | canary          | oauth.client.enabledd (from an OAuthClientCustomizer) does not exist. Did you mean oauth.client.enabled?
					billing | http.read-timeout    | soon            | OAuthClientCustomizer
					""")
	void theReportSaysThatAKeyIsSetInCode(String id, String key, String value, String report) {
		with((keys) -> keys.set(id, key, value)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure())).contains(report).doesNotContain("canary");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "a${x:y}b", "${OWN_SECRET}", "${nobody}", "${", "a\\${OWN_SECRET}" })
	void aValueIsTakenAsItIs(String secret) {
		with((keys) -> keys.set("acme", "client-id", "acme")
			.set("acme", "client-secret", secret)
			.set("acme", "client-authentication-method", "client_secret_post")
			.set("acme", "audience", List.of(secret))
			.set("acme", "parameters.tenant", secret)).withPropertyValues("OWN_SECRET=canary").run((context) -> {
				context.getBean(TokenSources.class).get("acme").await();
				String sent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
				assertThat(this.tokenEndpoint.requests()).singleElement()
					.satisfies((request) -> assertThat(request.body().split("&")).contains("client_secret=" + sent,
							"audience=" + sent, "tenant=" + sent));
			});
	}

	@Test
	void aRegistrationInheritsAValueAsItIs() {
		with((keys) -> keys.set("default", "client-secret", "${OWN_SECRET}"))
			.withPropertyValues("OWN_SECRET=canary",
					"oauth.client.registration.billing.client-authentication-method=client_secret_post")
			.run((context) -> {
				context.getBean(TokenSources.class).get("billing").await();
				assertThat(this.tokenEndpoint.requests()).singleElement()
					.satisfies((request) -> assertThat(request.body()).contains("client_secret=%24%7BOWN_SECRET%7D"));
			});
	}

	@Test
	void placeholdersInFilesAreResolvedBesideValuesInCode() {
		with((keys) -> keys.set("billing", "audience", "any"))
			.withPropertyValues("OWN_SCOPE=read", "oauth.client.registration.billing.scope=${OWN_SCOPE}")
			.run((context) -> assertThat(
					context.getBean(OAuthClientRegistrations.class).get("billing").request().client().getScopes())
				.containsExactly("read"));
		with((keys) -> keys.set("billing", "audience", "any"))
			.withPropertyValues("oauth.client.registration.billing.scope=${NOBODY}")
			.run((context) -> assertThat(Reports.of(context.getStartupFailure()))
				.contains("- oauth.client.registration.billing.scope contains a placeholder that is not resolved"));
	}

	@ParameterizedTest
	@CsvSource({ "acme, ACME", "ac-me, acme", "acme, ac_me", "billing, Billing" })
	void anIdThatIsAnotherOneToTheConfigurationIsRefused(String first, String second) {
		with((keys) -> keys.set(first, "client-id", "first")
			.set(first, "client-secret", "canary")
			.set(second, "client-id", "second")
			.set(second, "client-secret", "canary")).run((context) -> {
				assertThat(context).hasFailed();
				assertThat(Reports.of(context.getStartupFailure()))
					.contains("oauth.client.registration." + second
							+ " (from an OAuthClientCustomizer) has the same id as '" + first + "'")
					.doesNotContain("canary");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "acme.eu", "acme[eu]", "acme eu", "--", "acme.client-secret" })
	void anIdThatWouldBeReadAsAnotherKeyIsRefused(String id) {
		with((keys) -> keys.set(id, "client-id", "acme")).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure())).contains("oauth.client.registration." + id
					+ " (from an OAuthClientCustomizer) has an id with characters that cannot be in one");
		});
	}

	@Test
	void anIdMayBeConfiguredInTwoSpellings() {
		with((keys) -> keys.set("billing", "scope", "all"))
			.withPropertyValues("oauth.client.registration.Billing.audience=any")
			.run((context) -> assertThat(
					context.getBean(OAuthClientRegistrations.class).get("billing").request().client().getScopes())
				.containsExactly("all"));
	}

	@Test
	void theReportLeavesWhatIsConfiguredToTheFiles() {
		with((keys) -> keys.set("billing", "scope", "read"))
			.withPropertyValues("oauth.client.registration.billing.client-id= ")
			.run((context) -> assertThat(Reports.of(context.getStartupFailure()))
				.contains("- oauth.client.registration.billing.client-id is blank"));
	}

}
