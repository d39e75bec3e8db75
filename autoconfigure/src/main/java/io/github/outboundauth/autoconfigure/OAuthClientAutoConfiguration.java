/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

import io.github.outboundauth.actuate.TokenLog;
import io.github.outboundauth.autoconfigure.credentials.CredentialBundles;
import io.github.outboundauth.autoconfigure.credentials.CredentialFiles;
import io.github.outboundauth.autoconfigure.diagnostics.Spelling;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;
import io.github.outboundauth.token.TokenSources.Callers;

/**
 * Auto-configuration for the token sources of what is configured under
 * {@code oauth.client}.
 */
@AutoConfiguration(after = { HttpClientAutoConfiguration.class, ImperativeHttpClientAutoConfiguration.class })
@Conditional(OnOAuthClientCondition.class)
@EnableConfigurationProperties(OAuthClientProperties.class)
@ImportRuntimeHints(FetchThreads.Hints.class)
public final class OAuthClientAutoConfiguration {

	@Bean
	OAuthClientRegistrations oauthClientRegistrations(OAuthClientProperties properties, Environment environment,
			ObjectProvider<OAuthClientCustomizer> customizers, ConfigurableListableBeanFactory beanFactory,
			ResourceLoader resourceLoader, ObjectProvider<SslBundles> sslBundles) {
		CredentialFiles files = new CredentialFiles(resourceLoader);
		CredentialBundles bundles = new CredentialBundles(sslBundles.getIfAvailable(DefaultSslBundleRegistry::new));
		return new CustomizedProperties(properties, customizers.orderedStream()).map(environment, beanFactory,
				(customized, inCode) -> OAuthClientRegistrations.of(customized, inCode, files, bundles));
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
	TokenFetchers oauthClientTokenFetchers(OAuthClientRegistrations registrations, TokenEndpointClients clients,
			FetchThreads threads) {
		return new TokenFetchers(registrations, clients, threads.time(), threads.executor());
	}

	@Bean
	CredentialWatch oauthClientCredentialWatch(OAuthClientRegistrations registrations, TokenEndpointClients clients,
			TokenFetchers fetchers, FetchThreads threads, ObjectProvider<TokenSources> sources) {
		return new CredentialWatch(registrations, clients, fetchers, threads, sources);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	TokenSources tokenSources(TokenFetchers fetchers, FetchThreads threads, ObjectProvider<TokenListener> listeners) {
		return new TokenSources(fetchers.sources(), threads.time(), threads.executor(), listeners.stream().toList(),
				new Callers(TokenUnavailableException::new, FetchThreads::mayWait, Spelling::nearest));
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BearerTokens bearerTokens(OAuthClientRegistrations registrations, TokenSources sources) {
		return new BearerTokens(sources, registrations.map(OAuthClientRegistration::policy));
	}

	@Bean
	TokenLog oauthClientTokenLog(OAuthClientRegistrations registrations) {
		return new TokenLog(registrations.sharersByOwner());
	}

	@Bean
	InsecureHttpWarning oauthClientInsecureHttpWarning(OAuthClientRegistrations registrations) {
		return new InsecureHttpWarning(registrations);
	}

	@Bean
	TokenStartup oauthClientTokenStartup(OAuthClientRegistrations registrations, TokenSources sources) {
		return new TokenStartup(registrations, sources);
	}

}
