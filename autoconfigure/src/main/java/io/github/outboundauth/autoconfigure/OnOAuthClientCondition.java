/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreErrorsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Looks for keys under {@code oauth.client}. In the environment it looks for the names of
 * ours only: {@code OAUTH_CLIENT_ID} and the like are common and may belong to others.
 */
public final class OnOAuthClientCondition extends SpringBootCondition {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("oauth.client");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("OAuth client");
		if (!isEnabled(context.getEnvironment())) {
			return ConditionOutcome.noMatch(message.because("oauth.client.enabled is false"));
		}
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(context.getEnvironment())) {
			if (hasKeys(source)) {
				return ConditionOutcome.match(message.foundExactly("keys under oauth.client"));
			}
		}
		return ConditionOutcome.noMatch(message.didNotFind("keys under oauth.client").atAll());
	}

	/**
	 * Whether tokens are obtained at all. A value that is no boolean, such as a
	 * placeholder that is not resolved, is left to the report of the binding; asking the
	 * environment would throw.
	 * @param environment tells what is configured
	 * @return whether it is not switched off
	 */
	public static boolean isEnabled(Environment environment) {
		return Binder.get(environment)
			.bind("oauth.client.enabled", Bindable.of(Boolean.class), new IgnoreErrorsBindHandler())
			.orElse(true);
	}

	private static boolean hasKeys(ConfigurationPropertySource source) {
		if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource) {
			return Stream.of("token-uri", "issuer-uri", "client-id")
				.anyMatch((key) -> source.getConfigurationProperty(PREFIX.append(key)) != null)
					|| source.containsDescendantOf(PREFIX.append("registration")) == ConfigurationPropertyState.PRESENT;
		}
		return source.containsDescendantOf(PREFIX) == ConfigurationPropertyState.PRESENT;
	}

}
