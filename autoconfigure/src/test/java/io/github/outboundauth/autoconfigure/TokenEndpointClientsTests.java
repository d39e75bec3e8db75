/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Answers;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;

import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ForwardProxy;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.mockito.Mockito.mock;

/**
 * What the auto-configuration makes of the settings of the token endpoint, and where it
 * gives way to beans of the application.
 */
class TokenEndpointClientsTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.retry.max-attempts=1", "oauth.client.registration.billing.audience=billing");

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
	}

	private static String token(ApplicationContext context, String id) {
		return context.getBean(TokenSources.class).get(id).await().value();
	}

	private static void assertFailure(ApplicationContext context, String message) {
		assertThatException().isThrownBy(() -> token(context, "default")).withMessageContaining(message);
	}

	private static void awaitEnd(Socket socket) throws Exception {
		assertThat(socket.getInputStream().read()).isNegative();
	}

	@Test
	void areMadeForTheFirstRequest() {
		AtomicInteger made = new AtomicInteger();
		this.runner
			.withBean(ClientHttpRequestFactoryBuilder.class,
					() -> ClientHttpRequestFactoryBuilder.jdk()
						.withHttpClientCustomizer((builder) -> made.incrementAndGet()))
			.run((context) -> {
				int others = made.get();
				token(context, "default");
				assertThat(made).hasValue(others + 1);
				token(context, "billing");
				assertThat(made).hasValue(others + 1);
			});
	}

	@Test
	void anEngineThatCannotDoWhatIsNeededStopsTheStart() {
		this.runner
			.withBean(ClientHttpRequestFactoryBuilder.class,
					() -> ClientHttpRequestFactoryBuilder.of(() -> mock(ClientHttpRequestFactory.class)))
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void anEngineThatFiltersNoAddressesStopsTheStartOfWhoWantsThat() {
		this.runner.withBean(InetAddressFilter.class, () -> (address) -> true)
			.withPropertyValues("spring.http.clients.imperative.factory=simple")
			.run((context) -> {
				assertThat(context).getFailure().hasMessageContaining("'oauthClientTokenFetchers'");
				assertThat(Reports.of(context.getStartupFailure())).contains(
						"    - oauth.client.http is to filter addresses, as the InetAddressFilter of the application "
								+ "says, but the HTTP engine 'simple' filters none.\n",
						"    - oauth.client.http: Choose another HTTP engine with "
								+ "spring.http.clients.imperative.factory, or remove the filter.");
			});
	}

	@Test
	void waitsForAnAnswerNoLongerThanTheReadTimeout() {
		this.tokenEndpoint.script((request, socket) -> awaitEnd(socket));
		this.runner.withPropertyValues("oauth.client.http.read-timeout=200ms")
			.run((context) -> assertFailure(context, "the authorization server did not answer in time"));
	}

	@Test
	void waitsForATokenNoLongerThanTheTotalTimeout() {
		this.tokenEndpoint.script((request, socket) -> awaitEnd(socket));
		this.runner.withPropertyValues("oauth.client.http.total-timeout=200ms")
			.run((context) -> assertFailure(context, "raise http.total-timeout"));
	}

	@Test
	void readsNoMoreThanTheMaximumResponseSize() {
		this.tokenEndpoint.script(Script.json(200, "{\"access_token\":\"" + "a".repeat(2000) + "\"}"));
		this.runner.withPropertyValues("oauth.client.http.max-response-size=1KB")
			.run((context) -> assertFailure(context, "the response exceeds 1024 bytes"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "token-uri", "issuer-uri" })
	void doesNotStartWithCredentialsThatTheProxyWouldNotSee(String key) {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("spring.http.clients.imperative.factory=simple",
					"oauth.client." + key + "=https://idp.example.com/oauth2", "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.http.proxy.host=proxy.example.com",
					"oauth.client.http.proxy.port=3128", "oauth.client.http.proxy.username=orders",
					"oauth.client.http.proxy.password=canary")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith(
						"oauth.client.http.proxy.username is of no use for https with the HTTP engine"));
	}

	@Test
	void asksTheProxy() {
		try (ForwardProxy proxy = new ForwardProxy(this.tokenEndpoint.address())) {
			proxy.protect("orders", "canary");
			this.runner
				.withPropertyValues("spring.http.clients.imperative.factory=simple",
						"oauth.client.http.proxy.host=127.0.0.1", "oauth.client.http.proxy.port=" + proxy.port(),
						"oauth.client.http.proxy.username=orders", "oauth.client.http.proxy.password=canary")
				.run((context) -> {
					assertThat(token(context, "default")).isEqualTo("canary-1");
					assertThat(proxy.requests())
						.containsExactly("POST " + this.tokenEndpoint.url("/token") + " HTTP/1.1");
				});
			this.runner
				.withPropertyValues("oauth.client.http.proxy.host=127.0.0.1",
						"oauth.client.http.proxy.port=" + proxy.port())
				.run((context) -> assertFailure(context, "asks for credentials"));
		}
	}

	@Test
	void aCertificateNeedsAKey(@TempDir Path directory) throws Exception {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(new Certificates(directory).trust())
			.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders",
					"oauth.client.client-authentication-method=tls-client-auth", "oauth.client.http.ssl.bundle=test")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(Reports.of(context.getStartupFailure()))
					.contains("oauth.client.http.ssl.bundle names the SSL bundle 'test', which has no key");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { TokenSources.class, BearerTokens.class, BearerTokenExchangeFilter.class,
			BearerTokenInterceptor.class })
	void oursGivesWayToABeanOfTheApplication(Class<?> type) {
		backsOff(type);
	}

	private <T> void backsOff(Class<T> type) {
		T own = mock(type, Answers.RETURNS_SELF);
		this.runner.withBean("own", type, () -> own).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(type);
			assertThat(context.getBean(type)).isSameAs(own);
		});
	}

	@Test
	void theReactiveManagerGivesWayToSpringsOwnRegistrations() {
		this.runner
			.withBean(ReactiveClientRegistrationRepository.class,
					() -> mock(ReactiveClientRegistrationRepository.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ReactiveOAuth2AuthorizedClientManager.class)
				.hasSingleBean(TokenSources.class));
	}

}
