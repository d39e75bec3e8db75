/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

/**
 * Reports a registration id in use that is not configured.
 */
final class UnknownRegistrationFailureAnalyzer extends AbstractFailureAnalyzer<UnknownRegistrationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownRegistrationException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Use a known id, or configure oauth.client.registration." + cause.registrationId() + ".", cause);
	}

}
