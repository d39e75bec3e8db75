/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.outboundauth.security.TokenUnavailableException;

/**
 * Reports that a token the application must not start without could not be had.
 */
final class TokenUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<TokenUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TokenUnavailableException cause) {
		String advice = cause.failure().advice();
		return new FailureAnalysis(cause.failure().description(), advice.endsWith("?") ? advice : advice + ".", cause);
	}

}
