/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
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
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

import io.github.outboundauth.testing.ContextRunners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

@ExtendWith(OutputCaptureExtension.class)
class MissingUserWarningTests {

	static final String WARNING = "Nobody can log in to this application";

	private static final String[] PROPERTIES = { "oauth.client.token-uri=https://idp.example.com/token",
			"oauth.client.client-id=orders", "oauth.client.client-secret=canary" };

	/** The class path of the tests has more that keeps Spring Boot from a password. */
	private static final ClassLoader OAUTH2_CLIENT_ALONE = new FilteredClassLoader(OpaqueTokenIntrospector.class);

	static final WebApplicationContextRunner SERVLET = new WebApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class, SecurityAutoConfiguration.class,
				ServletWebSecurityAutoConfiguration.class, SecurityFilterAutoConfiguration.class,
				UserDetailsServiceAutoConfiguration.class))
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

	@Test
	void isNotGivenWithoutSpringBootsSecurity(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(PROPERTIES)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { FormLogin.class, HttpBasic.class, Chains.class })
	void isGivenOnceWhereChainsOfTheApplicationAskForAPassword(Class<?> chains, CapturedOutput output) {
		SERVLET.withUserConfiguration(chains).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { DenyAll.class, ProviderOfChain.class, ManagerOfChain.class, GlobalUsers.class,
			SomeProvider.class, SomeJwtDecoder.class, SomeClientRegistrations.class })
	void isNotGivenWhereAChainOfTheApplicationNeedsNoUserOfSpringBoot(Class<?> chain, CapturedOutput output) {
		SERVLET.withUserConfiguration(chain).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenInReactiveApplicationsWithAChainOfTheirOwn(CapturedOutput output) {
		REACTIVE.withUserConfiguration(ReactiveDenyAll.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenWhereSpringBootGeneratesNoPasswordInAnyCase(CapturedOutput output) {
		SERVLET.withClassLoader(getClass().getClassLoader()).run((context) -> assertThat(context).hasNotFailed());
		REACTIVE.withClassLoader(getClass().getClassLoader()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
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
