/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokens;

/**
 * Auto-configuration for {@code WebClient}s whose requests carry tokens.
 */
@AutoConfiguration(after = { OAuthClientAutoConfiguration.class, WebClientAutoConfiguration.class })
@ConditionalOnClass({ WebClient.class, WebClientAutoConfiguration.class })
@Conditional(OnOAuthClientCondition.class)
@Import({ OAuthClientWebClientAutoConfiguration.Registrar.class, WebClientGroupsConfiguration.class })
@ImportRuntimeHints(WebClientFace.Hints.class)
public final class OAuthClientWebClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BearerTokenExchangeFilter bearerTokenExchangeFilter(BearerTokens tokens, OAuthClientRegistrations registrations) {
		BearerTokenExchangeFilter bearerToken = new BearerTokenExchangeFilter(tokens);
		return registrations.byId().containsKey(OAuthClientRegistration.DEFAULT_ID)
				? bearerToken.forRegistration(OAuthClientRegistration.DEFAULT_ID) : bearerToken;
	}

	@Bean(Registrar.FACTORY)
	RegistrationClients<WebClient.Builder, WebClient> oauthClientWebClients(ObjectProvider<WebClient.Builder> builders,
			ObjectProvider<WebClientCustomizer> customizers, BearerTokenExchangeFilter bearerToken,
			OAuthClientRegistrations registrations, ApiClients<WebClient.Builder, ClientHttpConnector> apis) {
		return new RegistrationClients<>(registrations,
				() -> builders.getIfUnique(() -> customized(customizers)).clone(), WebClient.Builder::baseUrl,
				(builder, registration) -> {
					BearerTokenExchangeFilter own = bearerToken.forRegistration(registration.id());
					return builder.filter(apis.equip(builder, registration, null) ? own.followingRedirects() : own)
						.build();
				});
	}

	@Bean
	ApiClients<WebClient.Builder, ClientHttpConnector> oauthClientWebClientApis(ResourceLoader resourceLoader,
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<ClientHttpConnectorBuilder<?>> builder,
			ObjectProvider<HttpClientSettings> settings, ObjectProvider<SslBundles> sslBundles,
			TokenEndpointClients bundleWatch) {
		ClientHttpConnectorBuilder<?> engine = builder
			.getIfAvailable(() -> ClientHttpConnectorBuilder.detect(resourceLoader.getClassLoader()));
		return new ApiClients<>(new WebClientFace(engine, beanFactory),
				settings.getIfAvailable(HttpClientSettings::defaults), sslBundles.getIfAvailable(), bundleWatch);
	}

	@Bean
	@Qualifier(OAuthClientRegistration.DEFAULT_ID)
	@ConditionalOnMissingBean
	@Conditional(RegistrationBeans.OnDefaultRegistrationCondition.class)
	WebClient defaultWebClient(RegistrationClients<WebClient.Builder, WebClient> clients) {
		return clients.create(OAuthClientRegistration.DEFAULT_ID);
	}

	/**
	 * What Boot's builder would be, where the application has several of its own.
	 */
	private static WebClient.Builder customized(ObjectProvider<WebClientCustomizer> customizers) {
		WebClient.Builder builder = WebClient.builder();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	static final class Registrar implements ImportBeanDefinitionRegistrar {

		static final String FACTORY = "oauthClientWebClients";

		private final Environment environment;

		Registrar(Environment environment) {
			this.environment = environment;
		}

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			RegistrationBeans.register(registry, this.environment, WebClient.class, FACTORY);
		}

	}

}
