/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

import io.github.outboundauth.actuate.TokenLog;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;
import io.github.outboundauth.token.TokenSources.Callers;

/**
 * Auto-configuration for the token sources of what is configured under
 * {@code oauth.client}.
 */
@AutoConfiguration(after = { HttpClientAutoConfiguration.class, ImperativeHttpClientAutoConfiguration.class })
@ConditionalOnOAuthClient
@EnableConfigurationProperties(OAuthClientProperties.class)
public final class OAuthClientAutoConfiguration {

	@Bean
	OAuthClientRegistrations oauthClientRegistrations(OAuthClientProperties properties, Environment environment) {
		return OAuthClientRegistrations.of(properties, environment);
	}

	@Bean
	FetchThreads oauthClientFetchThreads() {
		return new FetchThreads();
	}

	@Bean
	TokenEndpointClients oauthClientTokenEndpointClients(ResourceLoader resourceLoader,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> requestFactoryBuilder,
			ObjectProvider<HttpClientSettings> httpClientSettings, ObjectProvider<SslBundles> sslBundles) {
		return new TokenEndpointClients(
				requestFactoryBuilder
					.getIfAvailable(() -> ClientHttpRequestFactoryBuilder.detect(resourceLoader.getClassLoader())),
				httpClientSettings.getIfAvailable(HttpClientSettings::defaults), sslBundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	TokenSources tokenSources(OAuthClientRegistrations registrations, TokenEndpointClients clients,
			FetchThreads threads, ObjectProvider<TokenListener> listeners) {
		Timekeeper time = threads.time();
		TokenFetchers fetchers = new TokenFetchers(clients, time);
		List<TokenSources.Registration> sources = registrations.all()
			.stream()
			.map((registration) -> registration.toSource(fetchers.fetcher(registration)))
			.toList();
		return new TokenSources(sources, time, threads.executor(), listeners.stream().toList(),
				new Callers(TokenUnavailableException::new, FetchThreads::mayWait));
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BearerTokens bearerTokens(OAuthClientRegistrations registrations, TokenSources sources) {
		return new BearerTokens(sources, registrations.map(OAuthClientRegistration::policy));
	}

	@Bean
	TokenLog oauthClientTokenLog() {
		return new TokenLog();
	}

	@Bean
	TokenStartup oauthClientTokenStartup(OAuthClientRegistrations registrations, TokenSources sources) {
		return new TokenStartup(registrations, sources);
	}

}
