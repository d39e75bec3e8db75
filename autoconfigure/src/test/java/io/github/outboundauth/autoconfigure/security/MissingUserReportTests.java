/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;

import io.github.outboundauth.testing.Reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * What is reported of a filter chain that cannot be made without a user.
 */
class MissingUserReportTests {

	private static final String PASSWORD = "spring.security.user.password=secret";

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class, SecurityAutoConfiguration.class,
				ServletWebSecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class));

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class,
				ReactiveWebSecurityAutoConfiguration.class, ReactiveUserDetailsServiceAutoConfiguration.class));

	private static void assertReport(Throwable failure) {
		assertThat(Reports.of(failure)).contains("Nobody can log in to this application with a user name",
				"with spring-security-oauth2-client on the class path Spring Boot generates no password",
				"Set spring.security.user.name and spring.security.user.password",
				"with WebFlux a ReactiveUserDetailsService");
	}

	@ParameterizedTest
	@ValueSource(classes = { ReactiveFormLogin.class, ReactiveHttpBasic.class })
	void aReactiveChainThatAsksForAPasswordNamesTheRemedy(Class<?> chain) {
		this.reactive.withUserConfiguration(chain).run((context) -> assertReport(context.getStartupFailure()));
	}

	@ParameterizedTest
	@ValueSource(classes = { ReactiveFormLogin.class, ReactiveHttpBasic.class })
	void theRemedyHelpsAReactiveChain(Class<?> chain) {
		this.reactive.withUserConfiguration(chain)
			.withPropertyValues(PASSWORD)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { FormLogin.class, HttpBasic.class })
	void aChainWithoutAnonymousUsersThatAsksForAPasswordNamesTheRemedy(Class<?> chain) {
		this.servlet.withUserConfiguration(chain).run((context) -> assertReport(context.getStartupFailure()));
	}

	@ParameterizedTest
	@ValueSource(classes = { FormLogin.class, HttpBasic.class })
	void theRemedyHelpsAChainWithoutAnonymousUsers(Class<?> chain) {
		this.servlet.withUserConfiguration(chain)
			.withPropertyValues(PASSWORD)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aFilterOfTheApplicationIsNotReported() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new AuthenticationWebFilter((ReactiveAuthenticationManager) null))
			.satisfies((ex) -> assertThat(new MissingUserFailureAnalyzer().analyze(ex)).isNull());
	}

	@Configuration(proxyBeanMethods = false)
	static class FormLogin {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.formLogin(withDefaults()).anonymous(AbstractHttpConfigurer::disable).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HttpBasic {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.httpBasic(withDefaults()).anonymous(AbstractHttpConfigurer::disable).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveFormLogin {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.formLogin(withDefaults()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveHttpBasic {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.httpBasic(withDefaults()).build();
		}

	}

}
