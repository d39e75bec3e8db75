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
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokenInterceptor;

/**
 * HTTP service groups over {@code RestClient} whose requests carry tokens. An application
 * without any starts without the beans.
 */
@Configuration(proxyBeanMethods = false)
@Lazy
final class RestClientGroupsConfiguration {

	@Bean
	HttpServiceGroupTokens<RestClient.Builder> oauthClientRestClientGroups(BearerTokenInterceptor bearerToken,
			OAuthClientRegistrations registrations, ObjectProvider<HttpServiceClientProperties> groupProperties,
			ApiClients<RestClient.Builder, ClientHttpRequestFactory> apis) {
		return new HttpServiceGroupTokens<>(registrations, groupProperties.getIfAvailable(),
				RestClient.Builder::baseUrl, (builder, registration, urls, group) -> {
					BearerTokenInterceptor allowing = bearerToken.allowing(urls);
					BearerTokenInterceptor own = (registration != null) ? allowing.forRegistration(registration.id())
							: allowing;
					builder
						.requestInterceptor(apis.equip(builder, registration, group) ? own.followingRedirects() : own);
				});
	}

	@Bean
	RestClientHttpServiceGroupConfigurer oauthClientRestClientGroupTokens(
			HttpServiceGroupTokens<RestClient.Builder> groups) {
		return groups::attach;
	}

	@Bean
	RestClientHttpServiceGroupConfigurer oauthClientRestClientGroupBaseUrls(
			HttpServiceGroupTokens<RestClient.Builder> groups, RestClientFace face) {
		return new RestClientHttpServiceGroupConfigurer() {

			@Override
			public void configureGroups(Groups<RestClient.Builder> all) {
				all.forEachClient((group, builder) -> face.customize(builder));
				groups.setBaseUrls(all);
			}

			@Override
			public int getOrder() {
				return HttpServiceGroupTokens.BASE_URL_ORDER;
			}

		};
	}

}
