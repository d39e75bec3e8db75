/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.BasicEncoding;
import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys that are set outside of files.
 */
class EnvironmentKeysTests {

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
	@CsvSource(delimiter = '|',
			textBlock = """
					OAUTH_CLIENT_ISSUERURI                        | oauth.client.token-uri is set, and issuer-uri too
					OAUTH_CLIENT_ISSUER_URI                       | oauth.client.token-uri is set, and issuer-uri too
					OAUTH_CLIENT_CLIENTSECRETLOCATION             | oauth.client.client-secret-location is set, and client-secret too
					OAUTH_CLIENT_AUTHORIZATIONGRANTTYPE           | oauth.client.assertion has no key
					OAUTH_CLIENT_ASSERTION_KEYLOCATION            | oauth.client.assertion.key-location
					OAUTH_CLIENT_HTTP_SSL_BUNDLE                  | oauth.client.http.ssl.bundle
					OAUTH_CLIENT_HTTP_PROXY_HOST                  | oauth.client.http.proxy.port is missing
					OAUTH_CLIENT_RESPONSE_DEFAULTTOKENTYPE        | oauth.client.response.default-token-type is not among
					OAUTH_CLIENT_REGISTRATION_CRM_CLIENTID        | oauth.client.registration.crm.client-secret is missing
					OAUTH_CLIENT_API_PROXY_HOST                   | oauth.client.api.proxy.port is missing
					OAUTH_CLIENT_REGISTRATION_CRM_API_SSL_BUNDLE  | oauth.client.registration.crm.api.ssl.bundle
					OAUTH_CLIENT_REGISTRATION_CRM_HTTP_SSL_BUNDLE | oauth.client.registration.crm.http.ssl.bundle
					""")
	void areBoundFromTheEnvironment(String variable, String report) {
		String value = variable.endsWith("GRANTTYPE") ? RequestStyle.JWT_BEARER : "canary";
		withEnvironment(Map.of(variable, value)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure())).contains(report);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "basic-encoding", "basicEncoding" })
	void areBoundFromSystemProperties(String property) {
		with(new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
				Map.of("oauth.client." + property, "raw")))
			.run((context) -> assertThat(context.getBean(OAuthClientProperties.class).basicEncoding())
				.isEqualTo(BasicEncoding.RAW));
	}

	@Test
	void ofOthersAreLeftAlone() {
		withEnvironment(Map.of("OAUTH_CLIENT_ID", "x", "OAUTH_CLIENT_SECRET", "y", "OAUTH_CLIENT_NAME", "z",
				"OAUTH_CLIENT_RESPONSE_TYPE", "code", "OAUTH_CLIENT_REDIRECT_URI", "https://example.com"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
