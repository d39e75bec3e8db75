/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

import io.github.outboundauth.security.TokenUnavailableException;

/**
 * What {@link TokenProblemAdvice} does, for failures that no handler of WebFlux sees:
 * those of filters and of bodies that are written late. Spring Boot's error page knows
 * the status of one type of exception only.
 */
final class TokenProblemHandler implements WebExceptionHandler, Ordered {

	/** Before Spring Boot's error page at -1. */
	private static final int ORDER = -2;

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
		if (thrown instanceof TokenUnavailableException ex && !exchange.getResponse().isCommitted()) {
			TokenProblemAdvice.log(thrown, ex);
			exchange.getResponse().getHeaders().putAll(ex.getHeaders());
			return Mono.error(new ResponseStatusException(ex.getStatusCode(), ex.getBody().getDetail(), ex));
		}
		return Mono.error(thrown);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
