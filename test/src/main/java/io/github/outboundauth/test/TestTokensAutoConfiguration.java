/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;

/**
 * Auto-configuration for tokens that no server is asked for.
 *
 * @see AutoConfigureTestTokens
 */
@AutoConfiguration(before = OAuthClientAutoConfiguration.class)
@Conditional(OnOAuthClientCondition.class)
public final class TestTokensAutoConfiguration {

	@Bean
	static TokenRequestKeys testTokensTokenRequestKeys() {
		return new TokenRequestKeys();
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	TokenSources tokenSources(OAuthClientRegistrations registrations, ObjectProvider<TokenListener> listeners) {
		return TestTokens.sources(registrations.all(), listeners.stream().toList());
	}

}
