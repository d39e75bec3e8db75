/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.web.ErrorResponse;

import io.github.outboundauth.token.TokenFailure;

/**
 * No token could be had for a registration. The message says what happened and what to
 * do, to those who run the application; it holds no secret and has no cause.
 * <p>
 * A web application that does not handle it answers with 503 (Service Unavailable) if
 * another attempt may help, with {@code Retry-After} where the time of it is known, with
 * 500 (Internal Server Error) if the calling thread must not wait for a token, and else
 * with 502 (Bad Gateway). The problem detail (RFC 9457) of that answer tells nothing
 * about the authorization server.
 */
public final class TokenUnavailableException extends ClientAuthorizationException
		implements ErrorResponse, TokenFailure.Thrown {

	private static final long serialVersionUID = 1L;

	private final transient TokenFailure failure;

	private final transient ProblemDetail body;

	/**
	 * Create an exception from a failure.
	 * @param failure why there is no token
	 */
	public TokenUnavailableException(TokenFailure failure) {
		super(new OAuth2Error(failure.code(), failure.message(), null), failure.registrationId(), failure.message());
		this.failure = failure;
		this.body = ProblemDetail.forStatusAndDetail(status(failure.kind()),
				"There is no access to a service that is needed for this request.");
	}

	private static HttpStatus status(TokenFailure.Kind kind) {
		return switch (kind) {
			case PASSING, THROTTLED, CALLER -> HttpStatus.SERVICE_UNAVAILABLE;
			case LASTING, PROTOCOL -> HttpStatus.BAD_GATEWAY;
			case BLOCKING -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

	/**
	 * Why there is no token.
	 * @return the failure
	 */
	public TokenFailure failure() {
		return this.failure;
	}

	/**
	 * When the next token request will be made at the earliest.
	 * @return the time, or {@code null} if one may be made at once
	 */
	public @Nullable Instant nextAttempt() {
		return this.failure.nextAttempt();
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return status(this.failure.kind());
	}

	@Override
	public HttpHeaders getHeaders() {
		HttpHeaders headers = new HttpHeaders();
		Instant nextAttempt = nextAttempt();
		if (nextAttempt != null && getStatusCode() == HttpStatus.SERVICE_UNAVAILABLE) {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(secondsUntil(nextAttempt)));
		}
		return headers;
	}

	private static long secondsUntil(Instant time) {
		Duration left = Duration.between(Instant.now(), time);
		return Math.max(1, left.plusSeconds(1).minusNanos(1).toSeconds());
	}

	@Override
	public ProblemDetail getBody() {
		return this.body;
	}

}
