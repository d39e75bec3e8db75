/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;

import io.github.outboundauth.http.BearerTokens.NoRegistrationException;
import io.github.outboundauth.http.BearerTokens.RequestRefusedException;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

/**
 * Answers requests of a web application that fail for want of a token, with Spring MVC
 * and WebFlux alike. It answers at once: the way over an error page would end at the
 * login where Spring Security guards that page, and would lose the status with WebFlux.
 * An advice of the application goes first.
 */
@ControllerAdvice
final class TokenProblemAdvice {

	private static final Log logger = LogFactory.getLog(TokenProblemAdvice.class);

	/**
	 * The type is named, or that of the first parameter would claim every exception.
	 */
	@ExceptionHandler(TokenUnavailableException.class)
	ErrorResponse unavailable(Exception thrown, TokenUnavailableException cause) throws Exception {
		leaveToItsOwnAnswer(thrown);
		log(thrown, cause);
		return cause;
	}

	/**
	 * What concerns one caller only is in no other line of the log.
	 */
	static void log(Throwable thrown, TokenUnavailableException cause) {
		switch (cause.failure().kind()) {
			case BLOCKING -> logger.error("A request could not be served", thrown);
			case CALLER -> logger.warn(cause.getMessage());
			default -> {
			}
		}
	}

	/**
	 * As with any error of the program, those who run it are told all and others nothing.
	 */
	@ExceptionHandler({ RequestRefusedException.class, NoRegistrationException.class,
			UnknownRegistrationException.class })
	ErrorResponse refused(Exception thrown) throws Exception {
		leaveToItsOwnAnswer(thrown);
		logger.error("A request could not be served", thrown);
		return ErrorResponse.create(thrown, HttpStatus.INTERNAL_SERVER_ERROR, "This request could not be served.");
	}

	/**
	 * An exception of the application that says how it is answered, and was caused by
	 * ours.
	 */
	private static void leaveToItsOwnAnswer(Exception thrown) throws Exception {
		boolean ours = thrown instanceof TokenUnavailableException;
		if (!ours && (thrown instanceof ErrorResponse
				|| AnnotatedElementUtils.hasAnnotation(thrown.getClass(), ResponseStatus.class))) {
			throw thrown;
		}
	}

}
