/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.PropertyAccessor;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ObservationAuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/**
 * Says once that the application asks for a user name and a password which nobody has.
 * Spring Security shows post-processors of beans also the filters of a chain.
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

	/** Has the field that one of them inherits. */
	private static final String PROCESSING_FILTER = "org.springframework.security.web.authentication."
			+ "AbstractAuthenticationProcessingFilter";

	private static final String MANAGER = "authenticationManager";

	private static final String PARENT = "parent";

	private static final String DELEGATE = "delegate";

	private static final Object UNKNOWN = new Object();

	/**
	 * Beside one of these Spring Boot generates no password, whatever is on the class
	 * path. An application with client registrations has itself brought what keeps Spring
	 * Boot from that.
	 */
	private static final List<Class<?>> ALTERNATIVES = List.of(AuthenticationManager.class,
			AuthenticationProvider.class, UserDetailsService.class, AuthenticationManagerResolver.class,
			JwtDecoder.class, ClientRegistrationRepository.class);

	private static final List<Class<?>> REACTIVE_ALTERNATIVES = List.of(ReactiveAuthenticationManagerResolver.class,
			ReactiveJwtDecoder.class);

	private final ListableBeanFactory beanFactory;

	private final AtomicBoolean said = new AtomicBoolean();

	MissingUserWarning(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if ((isDenyAll(bean, beanName) || isLoginOfNobody(bean)) && this.said.compareAndSet(false, true)) {
			logger.warn(MissingUserFailureAnalyzer.DESCRIPTION + " " + MissingUserFailureAnalyzer.ACTION);
		}
		return bean;
	}

	private boolean isDenyAll(Object bean, String beanName) {
		return beanName.equals(DENY_ALL) && bean instanceof ReactiveAuthenticationManager
				&& isNoneDefined(REACTIVE_ALTERNATIVES);
	}

	private boolean isLoginOfNobody(Object bean) {
		return LOGINS.contains(bean.getClass().getName()) && !checksPasswords(field(bean, MANAGER))
				&& isNoneDefined(ALTERNATIVES);
	}

	/**
	 * Of managers that are not Spring Security's nothing is known: they may.
	 */
	private static boolean checksPasswords(@Nullable Object manager) {
		if (manager instanceof ProviderManager providers) {
			return providers.getProviders()
				.stream()
				.anyMatch((provider) -> provider.supports(UsernamePasswordAuthenticationToken.class))
					|| checksPasswords(field(providers, PARENT));
		}
		if (manager instanceof ObservationAuthenticationManager) {
			return checksPasswords(field(manager, DELEGATE));
		}
		return manager != null;
	}

	private static @Nullable Object field(Object owner, String name) {
		PropertyAccessor fields = PropertyAccessorFactory.forDirectFieldAccess(owner);
		return fields.isReadableProperty(name) ? fields.getPropertyValue(name) : UNKNOWN;
	}

	private boolean isNoneDefined(List<Class<?>> types) {
		return types.stream()
			.allMatch((type) -> BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true,
					false).length == 0);
	}

	/**
	 * What a native image must know to tell who checks the passwords of a filter.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			ReflectionHints reflection = hints.reflection();
			Stream.concat(Stream.of(PROCESSING_FILTER), LOGINS.stream())
				.forEach((filter) -> reflection.registerTypeIfPresent(classLoader, filter,
						(type) -> type.withField(MANAGER)));
			reflection.registerType(ProviderManager.class, (type) -> type.withField(PARENT));
			reflection.registerType(ObservationAuthenticationManager.class, (type) -> type.withField(DELEGATE));
		}

	}

}
