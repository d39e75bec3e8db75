/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokenExchangeFilter;

/**
 * HTTP service groups over {@code WebClient} whose requests carry tokens. An application
 * without any starts without the beans.
 */
@Configuration(proxyBeanMethods = false)
@Lazy
final class WebClientGroupsConfiguration {

	@Bean
	HttpServiceGroupTokens<WebClient.Builder> oauthClientWebClientGroups(BearerTokenExchangeFilter bearerToken,
			OAuthClientRegistrations registrations, ObjectProvider<HttpServiceClientProperties> groupProperties,
			ApiClients<WebClient.Builder, ClientHttpConnector> apis) {
		return new HttpServiceGroupTokens<>(registrations, groupProperties.getIfAvailable(), WebClient.Builder::baseUrl,
				(builder, registration, urls, group) -> {
					BearerTokenExchangeFilter allowing = bearerToken.allowing(urls);
					BearerTokenExchangeFilter own = (registration != null) ? allowing.forRegistration(registration.id())
							: allowing;
					builder.filter(apis.equip(builder, registration, group) ? own.followingRedirects() : own);
				});
	}

	@Bean
	WebClientHttpServiceGroupConfigurer oauthClientWebClientGroupTokens(
			HttpServiceGroupTokens<WebClient.Builder> groups) {
		return groups::attach;
	}

	@Bean
	WebClientHttpServiceGroupConfigurer oauthClientWebClientGroupBaseUrls(
			HttpServiceGroupTokens<WebClient.Builder> groups) {
		return new WebClientHttpServiceGroupConfigurer() {

			@Override
			public void configureGroups(Groups<WebClient.Builder> all) {
				groups.setBaseUrls(all);
			}

			@Override
			public int getOrder() {
				return HttpServiceGroupTokens.BASE_URL_ORDER;
			}

		};
	}

}
