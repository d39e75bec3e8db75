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
	void isNotGivenForLoopback(CapturedOutput output) {
		this.runner
			.withPropertyValues("oauth.client.token-uri=http://localhost:9000/token",
					"oauth.client.base-url=http://127.0.0.1:8080")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

}
