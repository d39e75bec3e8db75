/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Knows answers that say nothing about the request, but that the server cannot deal with
 * it now.
 */
public final class Outages {

	private static final Set<String> PASSING_ERRORS = Set.of("temporarily_unavailable", "server_error");

	private static final OAuthError NO_ERROR = new OAuthError(null, null);

	/** The three formats of RFC 9110 section 5.6.7. */
	private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
		.appendOptional(DateTimeFormatter.RFC_1123_DATE_TIME)
		.appendOptional(DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'"))
		.appendOptional(DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy"))
		.toFormatter(Locale.US)
		.withZone(ZoneOffset.UTC);

	private final TokenEndpointFailures failures;

	private final Timekeeper time;

	/**
	 * Create a judge of answers.
	 * @param failures makes the failures
	 * @param time decides when something happens
	 */
	public Outages(TokenEndpointFailures failures, Timekeeper time) {
		this.failures = failures;
		this.time = time;
	}

	/**
	 * Let an answer pass if the server could deal with the request.
	 * @param status the status of the answer
	 * @param headers its headers
	 * @throws TokenEndpointException if it could not
	 */
	public void check(int status, HttpHeaders headers) {
		TokenFailure failure = failure(status, headers, NO_ERROR, "");
		if (failure != null) {
			throw new TokenEndpointException(failure);
		}
	}

	/**
	 * The failure that an answer means, or {@code null} if it is about the request.
	 * @param error what the body says
	 * @param details the same for people
	 */
	@Nullable TokenFailure failure(int status, HttpHeaders headers, OAuthError error, String details) {
		if (status < 200) {
			return this.failures.failure(Kind.PASSING, "the HTTP client took an interim answer for the final one",
					"Have the authorization server send none, or choose another HTTP client", status, null, null);
		}
		Duration retryAfter = retryAfter(headers.getFirst(HttpHeaders.RETRY_AFTER));
		if (status == 429 || (status == 503 && retryAfter != null)) {
			String pause = (retryAfter != null) ? "; it wants a pause of " + retryAfter.toSeconds() + " s" : "";
			return this.failures.failure(Kind.THROTTLED, "the authorization server limits requests" + details + pause,
					"Make fewer requests, or ask its operator for a higher limit", status, error.code(), retryAfter);
		}
		if (status == 408 || status == 425 || status >= 500
				|| (error.code() != null && PASSING_ERRORS.contains(error.code()))) {
			return this.failures.failure(Kind.PASSING, "the authorization server answered with an error" + details,
					"Check the authorization server", status, error.code(), null);
		}
		return null;
	}

	/**
	 * Seconds or a date, as in RFC 9110 section 10.2.3; anything else does not count. So
	 * many seconds that they are a mistake count as an hour.
	 */
	private @Nullable Duration retryAfter(@Nullable String value) {
		if (value == null) {
			return null;
		}
		String text = value.strip();
		if (text.matches("\\d+")) {
			return (text.length() <= 9) ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ofHours(1);
		}
		try {
			Duration duration = Duration.between(this.time.instant(), DATE.parse(text, Instant::from));
			return duration.isNegative() ? null : duration;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
