/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.http.BearerTokenRequestFactory;
import io.github.outboundauth.http.BearerTokens;

/**
 * Auto-configuration for {@code RestClient}s whose requests carry tokens.
 */
@AutoConfiguration(after = { OAuthClientAutoConfiguration.class, RestClientAutoConfiguration.class })
@ConditionalOnClass({ RestClient.class, RestClientAutoConfiguration.class })
@Conditional(OnOAuthClientCondition.class)
@Import({ OAuthClientRestClientAutoConfiguration.Registrar.class, RestClientGroupsConfiguration.class })
@ImportRuntimeHints(RestClientFace.Hints.class)
public final class OAuthClientRestClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BearerTokenInterceptor bearerTokenInterceptor(BearerTokens tokens, OAuthClientRegistrations registrations) {
		BearerTokenInterceptor bearerToken = new BearerTokenInterceptor(tokens);
		return registrations.byId().containsKey(OAuthClientRegistration.DEFAULT_ID)
				? bearerToken.forRegistration(OAuthClientRegistration.DEFAULT_ID) : bearerToken;
	}

	@Bean(Registrar.FACTORY)
	RegistrationClients<RestClient.Builder, RestClient> oauthClientRestClients(
			ObjectProvider<RestClient.Builder> builders, ObjectProvider<RestClientBuilderConfigurer> configurers,
			BearerTokenInterceptor bearerToken, OAuthClientRegistrations registrations, RestClientFace face,
			ApiClients<RestClient.Builder, ClientHttpRequestFactory> apis) {
		return new RegistrationClients<>(registrations,
				() -> builders.getIfUnique(() -> configured(configurers)).clone(), RestClient.Builder::baseUrl,
				(builder, registration) -> {
					BearerTokenInterceptor own = bearerToken.forRegistration(registration.id());
					return attach(builder, apis.equip(builder, registration, null) ? own.followingRedirects() : own,
							registration, face)
						.build();
				});
	}

	@Bean
	RestClientFace oauthClientRestClientFace(ResourceLoader resourceLoader,
			ObjectProvider<ClientHttpRequestFactoryBuilder<?>> builder) {
		return new RestClientFace(
				builder.getIfAvailable(() -> ClientHttpRequestFactoryBuilder.detect(resourceLoader.getClassLoader())));
	}

	@Bean
	ApiClients<RestClient.Builder, ClientHttpRequestFactory> oauthClientRestClientApis(RestClientFace face,
			ObjectProvider<HttpClientSettings> settings, ObjectProvider<SslBundles> sslBundles,
			TokenEndpointClients bundleWatch) {
		return new ApiClients<>(face, settings.getIfAvailable(HttpClientSettings::defaults),
				sslBundles.getIfAvailable(), bundleWatch);
	}

	@Bean
	@Qualifier(OAuthClientRegistration.DEFAULT_ID)
	@ConditionalOnMissingBean
	@Conditional(RegistrationBeans.OnDefaultRegistrationCondition.class)
	RestClient defaultRestClient(RegistrationClients<RestClient.Builder, RestClient> clients) {
		return clients.create(OAuthClientRegistration.DEFAULT_ID);
	}

	/**
	 * What Boot's builder would be, where the application has several of its own.
	 */
	private static RestClient.Builder configured(ObjectProvider<RestClientBuilderConfigurer> configurers) {
		return configurers.getIfAvailable(RestClientBuilderConfigurer::new).configure(RestClient.builder());
	}

	/**
	 * An interceptor would keep bodies in memory that are never sent again.
	 */
	private static RestClient.Builder attach(RestClient.Builder builder, BearerTokenInterceptor bearerToken,
			OAuthClientRegistration registration, RestClientFace face) {
		ClientHttpRequestFactory requestFactory = registration.policy().replayUnauthorized() ? null
				: face.client(builder);
		return (requestFactory != null)
				? builder.requestFactory(new BearerTokenRequestFactory(requestFactory, bearerToken))
				: builder.requestInterceptor(bearerToken);
	}

	static final class Registrar implements ImportBeanDefinitionRegistrar {

		static final String FACTORY = "oauthClientRestClients";

		private final Environment environment;

		Registrar(Environment environment) {
			this.environment = environment;
		}

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			RegistrationBeans.register(registry, this.environment, RestClient.class, FACTORY);
		}

	}

}
