/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.util.function.SingletonSupplier;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.OnOAuthClientCondition;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.security.TokenSourceAuthorizedClientManager;
import io.github.outboundauth.security.TokenSourceReactiveAuthorizedClientManager;
import io.github.outboundauth.token.TokenSources;

/**
 * Auto-configuration for what stands beside Spring Security: its managers over our token
 * sources, and the answers of a web application that gets no token. Where the application
 * has client registrations of Spring's own, it keeps its managers, and they answer for
 * our registrations, too.
 */
@AutoConfiguration(after = OAuthClientAutoConfiguration.class, afterName = {
		"org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration",
		"org.springframework.boot.security.oauth2.client.autoconfigure.reactive.ReactiveOAuth2ClientAutoConfiguration" },
		beforeName = "org.springframework.cloud.openfeign.FeignAutoConfiguration")
@Conditional(OnOAuthClientCondition.class)
public final class OAuthClientSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean({ OAuth2AuthorizedClientManager.class, ClientRegistrationRepository.class })
	TokenSourceAuthorizedClientManager oauth2AuthorizedClientManager(OAuthClientRegistrations registrations,
			TokenSources sources) {
		return new TokenSourceAuthorizedClientManager(sources,
				registrations.map(OAuthClientRegistration::withoutSecret));
	}

	@Bean
	static ManagerPostProcessor<OAuth2AuthorizedClientManager> oauth2AuthorizedClientManagerPostProcessor(
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<OAuthClientRegistrations> registrations,
			ObjectProvider<TokenSources> sources) {
		SingletonSupplier<TokenSourceAuthorizedClientManager> ours = SingletonSupplier
			.of(() -> new TokenSourceAuthorizedClientManager(sources.getObject(),
					registrations.getObject().map(OAuthClientRegistration::withoutSecret)));
		return new ManagerPostProcessor<>(beanFactory, OAuth2AuthorizedClientManager.class,
				ClientRegistrationRepository.class, InMemoryClientRegistrationRepository.class,
				(theirs) -> (request) -> ours.obtain().or(theirs).authorize(request), registrations);
	}

	@Bean
	@ConditionalOnWebApplication
	TokenProblemAdvice tokenProblemAdvice() {
		return new TokenProblemAdvice();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Mono.class)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean({ ReactiveOAuth2AuthorizedClientManager.class,
				ReactiveClientRegistrationRepository.class })
		TokenSourceReactiveAuthorizedClientManager reactiveOAuth2AuthorizedClientManager(
				OAuthClientRegistrations registrations, TokenSources sources) {
			return new TokenSourceReactiveAuthorizedClientManager(sources,
					registrations.map(OAuthClientRegistration::withoutSecret));
		}

		@Bean
		static ManagerPostProcessor<ReactiveOAuth2AuthorizedClientManager> reactiveOAuth2AuthorizedClientManagerPostProcessor(
				ConfigurableListableBeanFactory beanFactory, ObjectProvider<OAuthClientRegistrations> registrations,
				ObjectProvider<TokenSources> sources) {
			SingletonSupplier<TokenSourceReactiveAuthorizedClientManager> ours = SingletonSupplier
				.of(() -> new TokenSourceReactiveAuthorizedClientManager(sources.getObject(),
						registrations.getObject().map(OAuthClientRegistration::withoutSecret)));
			return new ManagerPostProcessor<>(beanFactory, ReactiveOAuth2AuthorizedClientManager.class,
					ReactiveClientRegistrationRepository.class, InMemoryReactiveClientRegistrationRepository.class,
					(theirs) -> (request) -> ours.obtain().or(theirs).authorize(request), registrations);
		}

		@Bean
		@ConditionalOnWebApplication(type = Type.REACTIVE)
		TokenProblemHandler tokenProblemHandler() {
			return new TokenProblemHandler();
		}

	}

}
