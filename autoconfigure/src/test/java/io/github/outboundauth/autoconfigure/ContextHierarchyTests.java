/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

class ContextHierarchyTests {

	private static ApplicationContextRunner runner(String id) {
		String prefix = "oauth.client.registration." + id;
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(prefix + ".token-uri=https://idp.example.com/token", prefix + ".client-id=orders",
					prefix + ".client-secret=canary");
	}

	@Test
	void aChildWithRegistrationsHasTokensOfItsOwn() {
		runner("billing").run((parent) -> runner("crm").withParent(parent).run((child) -> {
			assertThat(child).hasNotFailed();
			assertThat(parent.getBean(TokenSources.class).registrationIds()).containsExactly("billing");
			assertThat(child.getBean(TokenSources.class).registrationIds()).contains("crm");
			assertThat(child.getBean(BearerTokens.class)).isNotSameAs(parent.getBean(BearerTokens.class));
			assertThat(child).hasBean("crmWebClient").hasBean("crmRestClient");
		}));
	}

}
