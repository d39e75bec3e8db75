/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.userdetails.UserDetailsService;

/**
 * Says that nobody can log in, which without our jar's dependencies somebody could:
 * Spring Boot makes up a user with a password only where Spring Security's OAuth2 client
 * is not on the class path. Where the application has a filter chain of its own it is up
 * to that who may come in, and nothing is said.
 */
final class MissingUserWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(MissingUserWarning.class);

	/** Spring Boot's bean for servlet applications without a filter chain. */
	private static final String DEFAULT_CHAIN = "defaultSecurityFilterChain";

	/** Spring Boot's bean for reactive applications without users and a filter chain. */
	private static final String DENY_ALL = "denyAllAuthenticationManager";

	private final ListableBeanFactory beanFactory;

	MissingUserWarning(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.beanFactory.containsBean(DENY_ALL) || this.beanFactory.containsBean(DEFAULT_CHAIN) && hasNoUsers()) {
			logger.warn("Nobody can log in to this application: with spring-security-oauth2-client on the class path "
					+ "Spring Boot generates no password. Set spring.security.user.name and "
					+ "spring.security.user.password, define a UserDetailsService, or a filter chain that lets everybody in.");
		}
	}

	private boolean hasNoUsers() {
		return Stream
			.of(AuthenticationManager.class, AuthenticationProvider.class, UserDetailsService.class,
					AuthenticationManagerResolver.class)
			.allMatch((type) -> this.beanFactory.getBeanNamesForType(type, true, false).length == 0);
	}

}
