/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.Map;
import java.util.Set;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Registers one bean for each registration under {@code oauth.client.registration}: named
 * after it, qualified with its id, injected only where it is asked for by either. Gives
 * way to a bean of the same name.
 */
final class RegistrationBeans {

	/** Who writes it has a registration {@code default}. */
	static final String CLIENT_ID = "oauth.client.client-id";

	private RegistrationBeans() {
	}

	/**
	 * Register the beans.
	 * @param registry where to
	 * @param environment tells the registration ids
	 * @param type the type of the beans, whose simple name ends their names
	 * @param factoryBeanName the bean that makes them with a method
	 * {@code create(String)}
	 */
	static void register(BeanDefinitionRegistry registry, Environment environment, Class<?> type,
			String factoryBeanName) {
		ids(environment).forEach((id) -> {
			String beanName = id + type.getSimpleName();
			if (!registry.containsBeanDefinition(beanName)) {
				registry.registerBeanDefinition(beanName, definition(id, type, factoryBeanName));
			}
		});
	}

	/**
	 * The ids of the registrations that have beans of their own.
	 */
	static Set<String> ids(Environment environment) {
		return Binder.get(environment)
			.bind("oauth.client.registration", Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet();
	}

	/**
	 * Whether there is a registration {@code default}. It binds the client id, because
	 * that leaves a placeholder that is not resolved to the report; asking the
	 * environment would throw.
	 */
	static boolean hasDefault(Environment environment) {
		return Binder.get(environment).bind(CLIENT_ID, String.class).isBound();
	}

	private static RootBeanDefinition definition(String id, Class<?> type, String factoryBeanName) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(type);
		definition.setFactoryBeanName(factoryBeanName);
		definition.setFactoryMethodName("create");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, id);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, id));
		definition.setDefaultCandidate(false);
		return definition;
	}

	/**
	 * Looks for the registration {@code default}.
	 */
	static final class OnDefaultRegistrationCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Default OAuth2 client");
			return hasDefault(context.getEnvironment()) ? ConditionOutcome.match(message.found("key").items(CLIENT_ID))
					: ConditionOutcome.noMatch(message.didNotFind("key").items(CLIENT_ID));
		}

	}

}
