/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.lang.reflect.Proxy;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

@ExtendWith(OutputCaptureExtension.class)
class MissingUserWarningTests {

	static final String WARNING = "Nobody can log in to this application";

	private static final String[] PROPERTIES = { "oauth.client.token-uri=https://idp.example.com/token",
			"oauth.client.client-id=orders", "oauth.client.client-secret=canary" };

	/** The class path of the tests has more that keeps Spring Boot from a password. */
	private static final ClassLoader OAUTH2_CLIENT_ALONE = new FilteredClassLoader(OpaqueTokenIntrospector.class);

	private static final AutoConfigurations SECURITY = AutoConfigurations.of(WebMvcAutoConfiguration.class,
			SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class);

	static final WebApplicationContextRunner SERVLET = new WebApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(SECURITY)
		.withClassLoader(OAUTH2_CLIENT_ALONE)
		.withPropertyValues(PROPERTIES);

	static final ReactiveWebApplicationContextRunner REACTIVE = new ReactiveWebApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				SecurityAutoConfiguration.class, ReactiveWebSecurityAutoConfiguration.class,
				ReactiveUserDetailsServiceAutoConfiguration.class))
		.withClassLoader(OAUTH2_CLIENT_ALONE)
		.withPropertyValues(PROPERTIES);

	@Test
	void isGivenWhereSpringBootWouldHaveGeneratedAPassword(CapturedOutput output) {
		SERVLET.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UserDetailsService.class));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isGivenInReactiveApplications(CapturedOutput output) {
		REACTIVE.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isNotGivenWhereAUserIsConfigured(CapturedOutput output) {
		SERVLET.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasSingleBean(UserDetailsService.class));
		REACTIVE.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenWhereTheApplicationKnowsItsUsers(CapturedOutput output) {
		SERVLET.withBean(InMemoryUserDetailsManager.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "oauth.client.enabled=false", "x=y" })
	void isGivenWhereNoTokensAreObtained(String property, CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withConfiguration(SECURITY)
			.withClassLoader(OAUTH2_CLIENT_ALONE)
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenSources.class));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isNotGivenWithoutSpringBootsSecurity(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(PROPERTIES)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { FormLogin.class, HttpBasic.class, Chains.class, UsersOfAnotherChain.class,
			ObservedFormLogin.class })
	void isGivenOnceWhereChainsOfTheApplicationAskForAPassword(Class<?> chains, CapturedOutput output) {
		SERVLET.withUserConfiguration(chains).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { DenyAll.class, ProviderOfChain.class, ManagerOfChain.class, GlobalUsers.class,
			ManagerOfOneChain.class, ParentOfChain.class, ObservedUsers.class, SomeProvider.class, SomeJwtDecoder.class,
			SomeClientRegistrations.class })
	void isNotGivenWhereAChainOfTheApplicationNeedsNoUserOfSpringBoot(Class<?> chain, CapturedOutput output) {
		SERVLET.withUserConfiguration(chain).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenInReactiveApplicationsWithAChainOfTheirOwn(CapturedOutput output) {
		REACTIVE.withUserConfiguration(ReactiveDenyAll.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { ReactiveJwtDecoder.class, ReactiveAuthenticationManagerResolver.class })
	void isNotGivenInReactiveApplicationsThatLogInOtherwise(Class<?> type, CapturedOutput output) {
		REACTIVE.withInitializer((context) -> register(context.getBeanFactory(), type))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("denyAllAuthenticationManager"));
		assertThat(output).doesNotContain(WARNING);
	}

	private static void register(ConfigurableListableBeanFactory beanFactory, Class<?> type) {
		beanFactory.registerSingleton("other", Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> null));
	}

	@Test
	void isNotGivenForAnotherBeanOfThatName(CapturedOutput output) {
		SERVLET.withUserConfiguration(DenyAll.class)
			.withBean("denyAllAuthenticationManager", String.class, () -> "mine")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenWhereSpringBootGeneratesNoPasswordInAnyCase(CapturedOutput output) {
		SERVLET.withClassLoader(getClass().getClassLoader()).run((context) -> assertThat(context).hasNotFailed());
		REACTIVE.withClassLoader(getClass().getClassLoader()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@CsvSource({ "web.authentication.AbstractAuthenticationProcessingFilter, authenticationManager",
			"web.authentication.www.BasicAuthenticationFilter, authenticationManager",
			"authentication.ProviderManager, parent", "authentication.ObservationAuthenticationManager, delegate" })
	void nativeImagesFindWhoChecksPasswords(String type, String field) throws Exception {
		RuntimeHints hints = new RuntimeHints();
		new MissingUserWarning.Hints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess("org.springframework.security." + type, field))
			.accepts(hints);
	}

	@Configuration(proxyBeanMethods = false)
	static class FormLogin {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.formLogin(withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HttpBasic {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.httpBasic(withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Chains {

		@Bean
		@Order(1)
		SecurityFilterChain api(HttpSecurity http) {
			return http.securityMatcher("/api/**").httpBasic(withDefaults()).build();
		}

		@Bean
		SecurityFilterChain pages(HttpSecurity http) {
			return http.formLogin(withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DenyAll {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().denyAll()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveDenyAll {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.authorizeExchange((requests) -> requests.anyExchange().denyAll()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProviderOfChain {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.formLogin(withDefaults())
				.authenticationProvider(new DaoAuthenticationProvider(new InMemoryUserDetailsManager()))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerOfChain {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.httpBasic(withDefaults()).authenticationManager((authentication) -> authentication).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerOfOneChain {

		@Bean
		@Order(1)
		SecurityFilterChain open(HttpSecurity http) {
			return http.securityMatcher("/public/**").build();
		}

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.httpBasic(withDefaults()).authenticationManager((authentication) -> authentication).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UsersOfAnotherChain {

		@Bean
		@Order(1)
		SecurityFilterChain api(HttpSecurity http) {
			return http.securityMatcher("/api/**")
				.httpBasic(withDefaults())
				.authenticationProvider(new DaoAuthenticationProvider(new InMemoryUserDetailsManager()))
				.build();
		}

		@Bean
		SecurityFilterChain pages(HttpSecurity http) {
			return http.formLogin(withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ParentOfChain {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			http.getSharedObject(AuthenticationManagerBuilder.class)
				.parentAuthenticationManager((authentication) -> authentication);
			return http.formLogin(withDefaults()).build();
		}

	}

	@Import(FormLogin.class)
	@Configuration(proxyBeanMethods = false)
	static class ObservedFormLogin {

		@Bean
		ObservationRegistry observationRegistry() {
			return ObservationRegistry.create();
		}

	}

	@Import(GlobalUsers.class)
	@Configuration(proxyBeanMethods = false)
	static class ObservedUsers {

		@Bean
		ObservationRegistry observationRegistry() {
			return ObservationRegistry.create();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class GlobalUsers {

		@Autowired
		void configure(AuthenticationManagerBuilder authentication) {
			authentication.inMemoryAuthentication().withUser("jane").password("secret").roles("USER");
		}

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.formLogin(withDefaults()).build();
		}

	}

	@Import(FormLogin.class)
	@Configuration(proxyBeanMethods = false)
	static class SomeProvider {

		@Bean
		AuthenticationProvider provider() {
			return new DaoAuthenticationProvider(new InMemoryUserDetailsManager());
		}

	}

	@Import(FormLogin.class)
	@Configuration(proxyBeanMethods = false)
	static class SomeJwtDecoder {

		@Bean
		JwtDecoder decoder() {
			return (token) -> {
				throw new BadJwtException("never asked");
			};
		}

	}

	@Import(FormLogin.class)
	@Configuration(proxyBeanMethods = false)
	static class SomeClientRegistrations {

		@Bean
		ClientRegistrationRepository registrations() {
			return (id) -> null;
		}

	}

}
