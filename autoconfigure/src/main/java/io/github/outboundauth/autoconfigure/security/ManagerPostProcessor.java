/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException.Problem;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;

/**
 * Lets the managers of an application that has client registrations of Spring's own
 * answer for ours, too. There is no bean more for that: Spring Security counts those of
 * its types.
 *
 * @param <M> the type of the managers
 */
final class ManagerPostProcessor<M> implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(ManagerPostProcessor.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Class<M> type;

	private final Class<?> repositories;

	private final Class<? extends Iterable<ClientRegistration>> inMemory;

	private final UnaryOperator<M> extension;

	private final ObjectProvider<OAuthClientRegistrations> registrations;

	/**
	 * Create a post-processor.
	 * @param beanFactory knows how beans are declared
	 * @param type the type of the managers
	 * @param repositories the type of the repositories of Spring's own registrations
	 * @param inMemory the type of those that can be asked at start without consequences
	 * @param extension makes a manager answer for our registrations
	 * @param registrations our registrations
	 */
	ManagerPostProcessor(ConfigurableListableBeanFactory beanFactory, Class<M> type, Class<?> repositories,
			Class<? extends Iterable<ClientRegistration>> inMemory, UnaryOperator<M> extension,
			ObjectProvider<OAuthClientRegistrations> registrations) {
		this.beanFactory = beanFactory;
		this.type = type;
		this.repositories = repositories;
		this.inMemory = inMemory;
		this.extension = extension;
		this.registrations = registrations;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.inMemory.isInstance(bean)) {
			check(this.inMemory.cast(bean));
		}
		else if (this.repositories.isInstance(bean)) {
			logger.warn("The ids of the client registrations of Spring Security in the bean '" + beanName
					+ "' are not compared with those under oauth.client: it may have to ask others for them. See that "
					+ "both have none in common; the one under oauth.client would be used");
		}
		if (!this.type.isInstance(bean) || hasNoRegistrationsOfSpring()) {
			return bean;
		}
		if (isDeclaredAsManager(beanName)) {
			return this.extension.apply(this.type.cast(bean));
		}
		logger.info("The bean '" + beanName + "' does not answer for the registrations under oauth.client: "
				+ "it may be injected as " + bean.getClass().getName() + ". Declare it as " + this.type.getSimpleName()
				+ " if it should.");
		return bean;
	}

	private boolean hasNoRegistrationsOfSpring() {
		return this.beanFactory.getBeanNamesForType(this.repositories, true, false).length == 0;
	}

	/**
	 * Whether no more than a manager can be expected of a bean. Those of a class that was
	 * declared would be found no more by that class.
	 */
	private boolean isDeclaredAsManager(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.type.equals(this.beanFactory.getMergedBeanDefinition(beanName).getResolvableType().resolve());
	}

	private void check(Iterable<ClientRegistration> theirs) {
		List<Problem> problems = new ArrayList<>();
		for (ClientRegistration registration : theirs) {
			String id = registration.getRegistrationId();
			if (this.registrations.getObject().byId().containsKey(id)) {
				problems.add(new Problem("default".equals(id) ? "oauth.client" : "oauth.client.registration." + id,
						"has the id of one of Spring Security's client registrations",
						"use another id, or remove spring.security.oauth2.client.registration." + id));
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidOAuthClientException(problems);
		}
	}

}
