/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

class OnOAuthClientConditionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders",
				"oauth.client.client-secret=canary");

	@ParameterizedTest
	@ValueSource(strings = { "false", "off", "${NOT_SET_ANYWHERE:false}" })
	void aFalseValueSwitchesItOff(String value) {
		this.runner.withPropertyValues("oauth.client.enabled=" + value)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenSources.class));
	}

	@Test
	void aTrueValueLeavesItOn() {
		this.runner.withPropertyValues("oauth.client.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(TokenSources.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "${NOT_SET_ANYWHERE}", "maybe" })
	void aValueThatIsNoneIsReportedWithItsKey(String value) {
		this.runner.withPropertyValues("oauth.client.enabled=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure())).contains("oauth.client.enabled", value)
				.doesNotContain("canary");
		});
	}

}
