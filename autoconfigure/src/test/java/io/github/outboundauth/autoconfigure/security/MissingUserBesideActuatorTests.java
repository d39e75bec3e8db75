/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.outboundauth.autoconfigure.security.MissingUserWarningTests.REACTIVE;
import static io.github.outboundauth.autoconfigure.security.MissingUserWarningTests.SERVLET;
import static io.github.outboundauth.autoconfigure.security.MissingUserWarningTests.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said where Actuator guards the application in Spring Boot's name.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingUserBesideActuatorTests {

	private final WebApplicationContextRunner servlet = SERVLET
		.withConfiguration(AutoConfigurations.of(ManagementWebSecurityAutoConfiguration.class));

	private final ReactiveWebApplicationContextRunner reactive = REACTIVE
		.withConfiguration(AutoConfigurations.of(ReactiveManagementWebSecurityAutoConfiguration.class));

	@Test
	void isAWarningInServletApplications(CapturedOutput output) {
		this.servlet.run((context) -> assertThat(context).hasNotFailed()
			.hasBean("managementSecurityFilterChain")
			.doesNotHaveBean("defaultSecurityFilterChain"));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isAWarningInReactiveApplications(CapturedOutput output) {
		this.reactive.run((context) -> assertThat(context).hasNotFailed()
			.getBean("denyAllAuthenticationManager")
			.extracting((manager) -> manager.getClass().getName())
			.asString()
			.startsWith(ReactiveManagementWebSecurityAutoConfiguration.class.getName()));
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void isNothingWhereAUserIsConfigured(CapturedOutput output) {
		this.servlet.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasNotFailed());
		this.reactive.withPropertyValues("spring.security.user.password=secret")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

}
