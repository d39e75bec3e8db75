/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * Why there is no token, in words for people and in values for programs. Holds no secret,
 * no token and no text of a server that was not escaped.
 *
 * @param registrationId the registration the token was for
 * @param kind what to expect of another attempt
 * @param problem what happened; one sentence without its full stop
 * @param advice what to do; one sentence without its full stop
 * @param endpoint the token endpoint without its query, if one was asked
 * @param status the HTTP status of the answer, if there was one
 * @param error the OAuth error code of the answer, if there was one
 * @param retryAfter how long the server wants to be left alone, if it says so
 * @param nextAttempt when the next token request may be made, if that is known
 * @param attempts the token requests that were made for it; 0 if none was
 */
public record TokenFailure(String registrationId, Kind kind, String problem, String advice, @Nullable String endpoint,
		@Nullable Integer status, @Nullable String error, @Nullable Duration retryAfter, @Nullable Instant nextAttempt,
		int attempts) implements TokenFetcher.Result {

	/** The code of a failure that concerns one caller only. */
	public static final String CALLER = "caller";

	/**
	 * Create a failure without an answer of the authorization server.
	 * @param registrationId the registration the token was for
	 * @param kind what to expect of another attempt
	 * @param problem what happened; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 */
	public TokenFailure(String registrationId, Kind kind, String problem, String advice) {
		this(registrationId, kind, problem, advice, null, null, null, null);
	}

	/**
	 * Create a failure that a token request ended with.
	 * @param registrationId the registration the token was for
	 * @param kind what to expect of another attempt
	 * @param problem what happened; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 * @param endpoint the token endpoint without its query, if one was asked
	 * @param status the HTTP status of the answer, if there was one
	 * @param error the OAuth error code of the answer, if there was one
	 * @param retryAfter how long the server wants to be left alone, if it says so
	 */
	public TokenFailure(String registrationId, Kind kind, String problem, String advice, @Nullable String endpoint,
			@Nullable Integer status, @Nullable String error, @Nullable Duration retryAfter) {
		this(registrationId, kind, problem, advice, endpoint, status, error, retryAfter, null, 0);
	}

	/**
	 * Create the failure of a request that ended with an exception which is no answer of
	 * anybody. Its message is not used: it may be anything, a secret included.
	 */
	static TokenFailure unexpected(String registrationId, @Nullable Throwable ex) {
		String type = (ex != null) ? ex.getClass().getName() : "no result";
		return new TokenFailure(registrationId, Kind.PASSING, "the token request failed unexpectedly (" + type + ")",
				"This is a defect of the client or of a bean it uses; please report it");
	}

	/**
	 * The same failure of a registration that shares it.
	 */
	TokenFailure of(String registrationId) {
		return withNextAttempt(registrationId, this.nextAttempt);
	}

	/**
	 * The same with the time of the next attempt.
	 */
	TokenFailure withNextAttempt(String registrationId, @Nullable Instant nextAttempt) {
		return new TokenFailure(registrationId, this.kind, this.problem, this.advice, this.endpoint, this.status,
				this.error, this.retryAfter, nextAttempt, this.attempts);
	}

	/**
	 * The same failure after a number of attempts.
	 */
	TokenFailure withAttempts(int attempts) {
		return new TokenFailure(this.registrationId, this.kind, this.problem, this.advice, this.endpoint, this.status,
				this.error, this.retryAfter, this.nextAttempt, attempts);
	}

	/**
	 * A code for programs that know OAuth errors only.
	 * @return the OAuth error code of the answer; without one {@link #CALLER} or
	 * {@code token_unavailable}
	 */
	public String code() {
		if (this.error != null) {
			return this.error;
		}
		return (this.kind == Kind.CALLER || this.kind == Kind.BLOCKING) ? CALLER : "token_unavailable";
	}

	/**
	 * The whole failure as one line for people.
	 * @return the registration, what happened, what to do, and the details in brackets
	 */
	public String message() {
		return happened() + " " + sentence(this.advice) + details(this.nextAttempt);
	}

	/**
	 * What happened, for reports that say elsewhere what to do.
	 * @return the registration, what happened, and the details in brackets
	 */
	public String description() {
		return happened() + details(null);
	}

	private String happened() {
		return "OAuth2 client '" + this.registrationId + "': " + sentence(this.problem);
	}

	private String details(@Nullable Instant nextAttempt) {
		StringJoiner details = new StringJoiner(", ", " [", "]").setEmptyValue("");
		addDetail(details, "endpoint", this.endpoint);
		addDetail(details, "status", this.status);
		addDetail(details, "error", this.error);
		addDetail(details, "attempts", (this.attempts > 1) ? this.attempts : null);
		addDetail(details, "next-attempt", nextAttempt);
		return details.toString();
	}

	private static String sentence(String text) {
		return text.endsWith("?") ? text : text + ".";
	}

	private static void addDetail(StringJoiner details, String name, @Nullable Object value) {
		if (value != null) {
			details.add(name + "=" + value);
		}
	}

	/**
	 * An exception by which a caller learns of a failure.
	 */
	public interface Thrown {

		/**
		 * Why there is no token.
		 * @return the failure
		 */
		TokenFailure failure();

	}

	/**
	 * What to expect of another attempt.
	 */
	public enum Kind {

		/** May be over in a moment: the network, a server error, an unreadable answer. */
		PASSING,

		/** The server wants to be left alone for a while. */
		THROTTLED,

		/** Stays until somebody changes something: the credentials, the request. */
		LASTING,

		/** Says something that OAuth does not know; stays like a lasting failure. */
		PROTOCOL,

		/** Concerns this caller only: it was interrupted, or the application ends. */
		CALLER,

		/**
		 * Concerns this caller only: its thread must not wait for a token. A mistake in
		 * the program.
		 */
		BLOCKING

	}

}
