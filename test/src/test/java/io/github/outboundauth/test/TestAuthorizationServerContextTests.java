/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how an application comes to ask a {@link TestAuthorizationServer}.
 */
class TestAuthorizationServerContextTests {

	@Test
	void takesThePlaceOfEveryServerThatIsConfigured() {
		TokenSources sources = context(WithSeveralServersConfigured.class).getBean(TokenSources.class);
		for (String id : sources.registrationIds()) {
			sources.get(id).await();
		}
		assertThat(WithSeveralServersConfigured.server.tokenRequests()).map(ReceivedTokenRequest::clientId)
			.containsExactlyInAnyOrder("orders", "billing", "shipping");
		assertThat(WithSeveralServersConfigured.server.tokenRequests().get(0).parameter("token-uri")).isEqualTo("own");
		WithSeveralServersConfigured.server.close();
	}

	@Test
	void isThereForAnApplicationThatGetsItsServerFromTheEnvironment() {
		TokenSources sources = context(WithoutServerConfigured.class).getBean(TokenSources.class);
		assertThat(sources.get("default").await().value()).isEqualTo("issued-token-1");
		WithoutServerConfigured.server.close();
	}

	@Test
	void classesWithTheSameServerShareAContext() {
		assertThat(context(WithSharedServer.class)).isSameAs(context(WithSharedServerToo.class));
	}

	@Test
	void ofSeveralServersNoneIsTaken() {
		Environment environment = context(WithSeveralServers.class).getEnvironment();
		assertThat(environment.getProperty("oauth.client.token-uri")).isEqualTo(WithSeveralServers.orders.tokenUri());
		assertThat(environment.getProperty("oauth.client.registration.billing.token-uri"))
			.isEqualTo(WithSeveralServers.billing.tokenUri());
	}

	private static ApplicationContext context(Class<?> testClass) {
		return new TestContextManager(testClass).getTestContext().getApplicationContext();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=none", "oauth.client.tokenUri=https://idp.example.com/token",
					"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
					"oauth.client.parameters.token-uri=own",
					"oauth.client.registration.billing.issuer-uri=https://billing.example.com",
					"oauth.client.registration.billing.metadata-uri=https://billing.example.com/metadata",
					"oauth.client.registration.billing.client-id=billing",
					"oauth.client.registration.billing.client-secret=canary",
					"oauth.client.registration.shipping.client-id=shipping",
					"oauth.client.registration.shipping.client-secret=canary" })
	static class WithSeveralServersConfigured {

		private static final TestAuthorizationServer server = new TestAuthorizationServer();

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = {
			"spring.config.name=none", "oauth.client.client-id=orders", "oauth.client.client-secret=canary" })
	static class WithoutServerConfigured {

		private static final TestAuthorizationServer server = new TestAuthorizationServer();

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE, properties = {
			"spring.config.name=none", "oauth.client.client-id=orders", "oauth.client.client-secret=canary" })
	static class WithSharedServer {

		private static final TestAuthorizationServer server = new TestAuthorizationServer();

	}

	static class WithSharedServerToo extends WithSharedServer {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=none", "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.registration.billing.client-id=billing",
					"oauth.client.registration.billing.client-secret=canary" })
	static class WithSeveralServers {

		private static final TestAuthorizationServer orders = new TestAuthorizationServer();

		private static final TestAuthorizationServer billing = new TestAuthorizationServer();

		@DynamicPropertySource
		static void servers(DynamicPropertyRegistry properties) {
			properties.add("oauth.client.token-uri", orders::tokenUri);
			properties.add("oauth.client.registration.billing.token-uri", billing::tokenUri);
		}

	}

}
