/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.OAuthClientCustomizer;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the application contexts of test classes with tokens and without.
 */
class TestTokensContextTests {

	@Test
	void asksNeitherTokenEndpointNorIssuer() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			WithServer.port = server.getLocalPort();
			TokenSources sources = context(WithServer.class).getBean(TokenSources.class);
			for (String id : sources.registrationIds()) {
				sources.get(id).await();
				sources.get(id).refresh().toCompletableFuture().join();
				sources.get(id).drop();
				assertThat(sources.get(id).await().value()).isEqualTo("test-token-" + id);
			}
			server.setSoTimeout(100);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
		}
	}

	@Test
	void classesWithTheAnnotationShareAContext() {
		assertThat(context(WithTokens.class)).isSameAs(context(WithTokensToo.class))
			.isSameAs(context(WithInheritedTokens.class));
	}

	@Test
	void classesWithoutItHaveAContextOfTheirOwn() {
		ApplicationContext context = context(WithoutTokens.class);
		assertThat(context).isNotSameAs(context(WithTokens.class));
		assertThat(context.getBeanNamesForType(TokenSources.class)).isNotEmpty();
		assertThat(context.getBeanNamesForType(TestTokensAutoConfiguration.class)).isEmpty();
		assertThat(context.getBeanNamesForType(TokenRequestKeys.class)).isEmpty();
	}

	@Test
	void applicationWithoutRegistrationsIsLeftAlone() {
		assertThat(context(WithoutRegistrations.class).getBeanNamesForType(TokenSources.class)).isEmpty();
	}

	@Test
	void tokensAreThereForContextRunnersToo() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TestTokensAutoConfiguration.class, OAuthClientAutoConfiguration.class))
			.withPropertyValues("oauth.client.token-uri=${TOKEN_URI}", "oauth.client.client-id=orders",
					"oauth.client.base-url=https://api.example.com")
			.run((context) -> assertThat(context.getBean(TokenSources.class).get("default").await().value())
				.isEqualTo("test-token-default"));
	}

	@Test
	void registrationsThatAreAddedInCodeNeedNoServerEither() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TestTokensAutoConfiguration.class, OAuthClientAutoConfiguration.class))
			.withPropertyValues("oauth.client.issuer-uri=${ISSUER_URI}")
			.withBean(OAuthClientCustomizer.class,
					() -> (keys) -> keys.set("crm", "client-id", "orders")
						.set("crm", "assertion.key-location", "/does/not/exist")
						.set("crm", "base-url", "https://crm.example.com"))
			.run((context) -> assertThat(context.getBean(TokenSources.class).get("crm").await().value())
				.isEqualTo("test-token-crm"));
	}

	@Test
	void sourcesOfTheTestComeFirst() {
		assertThat(context(WithOwnSources.class).getBeanNamesForType(TokenSources.class)).containsExactly("ownSources");
	}

	@Test
	void listenersAreToldAsInProduction() {
		ApplicationContext context = context(WithListener.class);
		TokenSources sources = context.getBean(TokenSources.class);
		assertThat(sources.get("default").current()).isNull();
		sources.get("default").await();
		sources.get("default").await();
		assertThat(context.getBean(CountingListener.class).obtained).hasValue(1);
	}

	@Test
	void whatIsWrongWithTheUseOfTokensStopsTheStartAsInProduction() {
		assertThatIllegalStateException().isThrownBy(() -> context(WithWrongUse.class))
			.havingRootCause()
			.withMessageContaining("oauth.client.base-url")
			.withMessageContaining("oauth.client.registration.billing.client-id")
			.withMessageContaining("oauth.client.http-service-group.stock")
			.withMessageNotContaining("canary");
	}

	private static ApplicationContext context(Class<?> testClass) {
		return new TestContextManager(testClass).getTestContext().getApplicationContext();
	}

	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=none", "oauth.client.token-uri=https://idp.example.com/token",
					"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
					"oauth.client.base-url=https://api.example.com" })
	private @interface OrdersTest {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@OrdersTest
	@AutoConfigureTestTokens
	static class WithTokens {

	}

	@OrdersTest
	@AutoConfigureTestTokens
	static class WithTokensToo {

	}

	static class WithInheritedTokens extends WithTokens {

	}

	@OrdersTest
	static class WithoutTokens {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=none")
	@AutoConfigureTestTokens
	static class WithoutRegistrations {

	}

	@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=shop")
	@AutoConfigureTestTokens
	static class WithServer {

		private static int port;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry properties) {
			properties.add("oauth.client.issuer-uri", () -> "http://127.0.0.1:" + port);
			properties.add("oauth.client.registration.billing.token-uri", () -> "http://127.0.0.1:" + port);
		}

	}

	@OrdersTest
	@AutoConfigureTestTokens
	@Import(OwnSources.class)
	static class WithOwnSources {

	}

	@OrdersTest
	@AutoConfigureTestTokens
	@Import(CountingListener.class)
	static class WithListener {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=none", "spring.test.print-condition-evaluation-report=false",
					"oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.base-url=api.example.com",
					"oauth.client.http-service-group.stock=unknown",
					"oauth.client.registration.billing.token-uri=https://billing.example.com/token" })
	@AutoConfigureTestTokens
	static class WithWrongUse {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSources {

		@Bean
		TokenSources ownSources(OAuthClientRegistrations registrations) {
			return TestTokens.sources(registrations.all(), List.of());
		}

	}

	static class CountingListener implements TokenListener {

		private final AtomicInteger obtained = new AtomicInteger();

		@Override
		public void obtained(Obtained event) {
			this.obtained.incrementAndGet();
		}

	}

}
