/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.Arrays;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Reports a filter chain that cannot be made because it asks for a user name and a
 * password, and there is nobody to check them: neither a user, which Spring Boot would
 * have made up, nor, with WebFlux or {@code anonymous().disable()}, anything else that
 * authenticates. The class path tells Spring Boot not to, whether tokens are obtained or
 * not, so this does not ask for our configuration.
 */
final class MissingUserFailureAnalyzer extends AbstractFailureAnalyzer<IllegalArgumentException> {

	static final String DESCRIPTION = "Nobody can log in to this application with a user name and a password: with "
			+ "spring-security-oauth2-client on the class path Spring Boot generates no password.";

	static final String ACTION = "Set spring.security.user.name and spring.security.user.password, define a "
			+ "UserDetailsService (with WebFlux a ReactiveUserDetailsService), or a filter chain that does not ask for "
			+ "them.";

	private static final String MISSING = "authenticationManager ";

	/**
	 * Where Spring Security puts together {@code httpBasic()} and {@code formLogin()}.
	 */
	private static final Set<String> LOGINS = Set.of(
			"org.springframework.security.config.annotation.web.configurers.HttpBasicConfigurer",
			"org.springframework.security.config.annotation.web.configurers.AbstractAuthenticationFilterConfigurer",
			"org.springframework.security.config.web.server.ServerHttpSecurity$HttpBasicSpec",
			"org.springframework.security.config.web.server.ServerHttpSecurity$FormLoginSpec");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IllegalArgumentException cause) {
		String message = cause.getMessage();
		boolean missing = message != null && message.startsWith(MISSING);
		return (missing && isOfLogin(cause)) ? new FailureAnalysis(DESCRIPTION, ACTION, cause) : null;
	}

	private static boolean isOfLogin(IllegalArgumentException cause) {
		return Arrays.stream(cause.getStackTrace()).anyMatch((frame) -> LOGINS.contains(frame.getClassName()));
	}

}
