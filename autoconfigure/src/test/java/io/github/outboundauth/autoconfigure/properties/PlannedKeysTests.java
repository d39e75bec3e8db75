/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys that do nothing yet stop the start wherever they are set: Spring Boot does not
 * look for unknown keys in the environment and the system properties.
 */
class PlannedKeysTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders",
				"oauth.client.client-secret=canary", "oauth.client.registration.crm.base-url=https://crm.example.com");

	private ApplicationContextRunner with(PropertySource<?> source) {
		return this.runner.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(source));
	}

	private ApplicationContextRunner withEnvironment(Map<String, Object> variables) {
		return with(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				variables));
	}

	@ParameterizedTest
	@CsvSource({ "OAUTH_CLIENT_ISSUER_URI, issuer-uri", "OAUTH_CLIENT_ISSUERURI, issuer-uri",
			"OAUTH_CLIENT_CLIENTSECRETLOCATION, client-secret-location",
			"OAUTH_CLIENT_ASSERTION_KEYLOCATION, assertion", "OAUTH_CLIENT_HTTP_SSL_BUNDLE, http.ssl",
			"OAUTH_CLIENT_HTTP_PROXY_HOST, http.proxy",
			"OAUTH_CLIENT_REGISTRATION_CRM_ISSUERURI, registration.crm.issuer-uri",
			"OAUTH_CLIENT_REGISTRATION_CRM_HTTP_SSL_BUNDLE, registration.crm.http.ssl" })
	void areReportedFromTheEnvironment(String variable, String key) {
		withEnvironment(Map.of(variable, "canary")).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure()))
				.contains("oauth.client." + key + " is not supported by this version.",
						"oauth.client." + key + ": remove it")
				.doesNotContain("canary");
		});
	}

	@ParameterizedTest
	@CsvSource({ "issuerUri, issuer-uri", "http.ssl.bundle, http.ssl",
			"registration.crm.issuer-uri, registration.crm.issuer-uri" })
	void areReportedFromSystemProperties(String property, String key) {
		with(new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
				Map.of("oauth.client." + property, "canary")))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(Reports.of(context.getStartupFailure()))
					.contains("oauth.client." + key + " is not supported by this version.")
					.doesNotContain("canary");
			});
	}

	@Test
	void leaveVariablesOfOthersAlone() {
		withEnvironment(Map.of("OAUTH_CLIENT_ID", "x", "OAUTH_CLIENT_SECRET", "y", "OAUTH_CLIENT_NAME", "z"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
