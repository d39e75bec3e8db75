/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

import io.github.outboundauth.testing.ContextRunners;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class MissingUserWarningTests {

	private static final String WARNING = "Nobody can log in to this application";

	private static final String[] PROPERTIES = { "oauth.client.token-uri=https://idp.example.com/token",
			"oauth.client.client-id=orders", "oauth.client.client-secret=canary" };

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class, SecurityAutoConfiguration.class,
				ServletWebSecurityAutoConfiguration.class, SecurityFilterAutoConfiguration.class,
				UserDetailsServiceAutoConfiguration.class))
		.withPropertyValues(PROPERTIES);

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				SecurityAutoConfiguration.class, ReactiveWebSecurityAutoConfiguration.class,
				ReactiveUserDetailsServiceAutoConfiguration.class))
		.withPropertyValues(PROPERTIES);

	@Test
	void isGivenWhereSpringBootWouldHaveGeneratedAPassword(CapturedOutput output) {
		this.servlet.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UserDetailsService.class));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isGivenInReactiveApplications(CapturedOutput output) {
		this.reactive.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isNotGivenWhereAUserIsConfigured(CapturedOutput output) {
		this.servlet.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasSingleBean(UserDetailsService.class));
		this.reactive.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenWhereTheApplicationKnowsItsUsers(CapturedOutput output) {
		this.servlet.withBean(InMemoryUserDetailsManager.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isNotGivenWithoutSpringBootsSecurity(CapturedOutput output) {
		new WebApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(PROPERTIES)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

}
