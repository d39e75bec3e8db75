/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.annotation.ClientRegistrationId;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ContextRunners;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class InsecureHttpWarningTests {

	private static final String WARNING = "Anybody on the way can read the credentials and tokens that go over http, "
			+ "which is allowed by ";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.client-id=orders", "oauth.client.client-secret=canary");

	@Test
	void namesWhatIsAskedOverHttp(CapturedOutput output) {
		this.runner
			.withPropertyValues("oauth.client.token-uri=http://idp.internal/token?canary",
					"oauth.client.base-url=http://inventory.internal/v1", "oauth.client.allow-insecure-http=true",
					"oauth.client.origins=https://a.example.com,http://b.internal:8080,http://127.0.0.1",
					"oauth.client.registration.billing.client-id=billing",
					"oauth.client.registration.billing.client-secret=canary",
					"oauth.client.registration.billing.issuer-uri=https://idp.example.com",
					"oauth.client.registration.billing.metadata-uri=http://metadata.internal/m",
					"oauth.client.registration.billing.origins=*",
					"oauth.client.registration.billing.allow-insecure-http=true",
					"oauth.client.registration.crm.client-id=crm", "oauth.client.registration.crm.client-secret=canary",
					"oauth.client.registration.crm.issuer-uri=http://crm.internal",
					"oauth.client.registration.crm.allow-insecure-http=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING)
			.contains(WARNING + "oauth.client.allow-insecure-http for [http://idp.internal, http://inventory.internal, "
					+ "http://b.internal:8080], oauth.client.registration.billing.allow-insecure-http for "
					+ "[http://metadata.internal, *], oauth.client.registration.crm.allow-insecure-http for "
					+ "[http://crm.internal]. Use https, and remove allow-insecure-http.")
			.doesNotContain("canary");
	}

	@Test
	void namesAPermissionThatIsNotUsedYet(CapturedOutput output) {
		this.runner
			.withPropertyValues("oauth.client.issuer-uri=https://idp.example.com",
					"oauth.client.allow-insecure-http=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains(WARNING + "oauth.client.allow-insecure-http. Use https");
	}

	@Test
	void namesTheUrlOfAnHttpServiceGroup(CapturedOutput output) {
		this.runner
			.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token",
					"oauth.client.allow-insecure-http=true", "oauth.client.registration.billing.scope=bills",
					"oauth.client.registration.billing.allow-insecure-http=true",
					"spring.http.serviceclient.billing.base-url=http://legacy.internal/ledger",
					"spring.http.serviceclient.annotated.base-url=http://old.internal:8080",
					"spring.http.serviceclient.default.base-url=http://127.0.0.1:8080")
			.withUserConfiguration(HttpServices.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("HTTP service group 'billing'")
			.contains("Anybody on the way can read the tokens that the HTTP service group 'billing' sends to "
					+ "[http://legacy.internal], which is allowed by "
					+ "oauth.client.registration.billing.allow-insecure-http. Use https, and remove "
					+ "allow-insecure-http.")
			.containsOnlyOnce("HTTP service group 'annotated' sends to [http://old.internal:8080], which is allowed by "
					+ "oauth.client.allow-insecure-http. Use https")
			.doesNotContain("group 'default' sends");
	}

	@Test
	void isNotGivenForLoopback(CapturedOutput output) {
		this.runner
			.withPropertyValues("oauth.client.token-uri=http://localhost:9000/token",
					"oauth.client.base-url=http://127.0.0.1:8080")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "billing", types = PlainService.class)
	@ImportHttpServices(group = "annotated", types = AnnotatedService.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(types = PlainService.class)
	static class HttpServices {

	}

	interface PlainService {

		@GetExchange
		String get();

	}

	@ClientRegistrationId("default")
	interface AnnotatedService {

		@GetExchange
		String get();

	}

}
