/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Looks for the registration {@code default}. It binds the client id, because that leaves
 * a placeholder that is not resolved to the report; asking the environment would throw.
 */
final class OnDefaultRegistrationCondition extends SpringBootCondition {

	private static final String CLIENT_ID = "oauth.client.client-id";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Default OAuth2 client");
		return Binder.get(context.getEnvironment()).bind(CLIENT_ID, String.class).isBound()
				? ConditionOutcome.match(message.found("key").items(CLIENT_ID))
				: ConditionOutcome.noMatch(message.didNotFind("key").items(CLIENT_ID));
	}

}
