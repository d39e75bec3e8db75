/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Says once that the application asks for a user name and a password which nobody has.
 * Spring Security shows post-processors of beans also what a filter chain is made of: the
 * managers first, then the filters.
 */
final class MissingUserWarning implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(MissingUserWarning.class);

	/**
	 * Spring Boot's bean for reactive applications without users and a filter chain.
	 * Chains of their own cannot be made: see {@link MissingUserFailureAnalyzer}.
	 */
	private static final String DENY_ALL = "denyAllAuthenticationManager";

	/**
	 * The filters of {@code formLogin()} and {@code httpBasic()}. By name, because not
	 * every application has servlets.
	 */
	private static final Set<String> LOGINS = Set.of(
			"org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter",
			"org.springframework.security.web.authentication.www.BasicAuthenticationFilter");

	/**
	 * Beside one of these Spring Boot generates no password, whatever is on the class
	 * path. An application with client registrations has itself brought what keeps Spring
	 * Boot from that.
	 */
	private static final List<Class<?>> ALTERNATIVES = List.of(AuthenticationManager.class,
			AuthenticationProvider.class, UserDetailsService.class, AuthenticationManagerResolver.class,
			JwtDecoder.class, ClientRegistrationRepository.class);

	private final ListableBeanFactory beanFactory;

	private final List<ProviderManager> managers = new CopyOnWriteArrayList<>();

	private final AtomicBoolean said = new AtomicBoolean();

	MissingUserWarning(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ProviderManager manager) {
			this.managers.add(manager);
		}
		else if ((beanName.equals(DENY_ALL) || LOGINS.contains(bean.getClass().getName()) && hasNoUsers())
				&& this.said.compareAndSet(false, true)) {
			logger.warn(MissingUserFailureAnalyzer.DESCRIPTION + " " + MissingUserFailureAnalyzer.ACTION);
		}
		return bean;
	}

	/**
	 * Where Spring Security has built no manager, the filter has one of the application's
	 * own, of which nothing is known.
	 */
	private boolean hasNoUsers() {
		return !this.managers.isEmpty() && this.managers.stream().noneMatch(MissingUserWarning::checksPasswords)
				&& ALTERNATIVES.stream().noneMatch(this::isDefined);
	}

	private static boolean checksPasswords(ProviderManager manager) {
		return manager.getProviders()
			.stream()
			.anyMatch((provider) -> provider.supports(UsernamePasswordAuthenticationToken.class));
	}

	private boolean isDefined(Class<?> type) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false).length > 0;
	}

}
