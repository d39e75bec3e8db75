/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Makes the failures of one client at one address of the authorization server.
 */
public final class TokenEndpointFailures {

	private final String registrationId;

	private final Address address;

	private final URI endpoint;

	private final ServerText text;

	/**
	 * Create a maker of failures.
	 * @param registrationId the registration that asks
	 * @param address what is asked
	 * @param endpoint its URL
	 * @param confidential what was sent in confidence; asked for only if the server says
	 * something that is to be quoted
	 */
	public TokenEndpointFailures(String registrationId, Address address, URI endpoint,
			Supplier<Stream<String>> confidential) {
		this.registrationId = registrationId;
		this.address = address;
		this.endpoint = endpoint;
		this.text = new ServerText(confidential);
	}

	/**
	 * An answer that cannot be read: the next one may be better.
	 * @param problem what is wrong; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 * @param status the HTTP status of the answer
	 * @return an exception that carries the failure
	 */
	public TokenEndpointException unusable(String problem, String advice, int status) {
		return new TokenEndpointException(failure(Kind.PASSING, problem, advice, status, null, null));
	}

	/**
	 * A successful answer that says the wrong thing: the next one will say the same.
	 * @param problem what is wrong; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 * @param status the HTTP status of the answer
	 * @return an exception that carries the failure
	 */
	public TokenEndpointException invalid(String problem, String advice, int status) {
		return new TokenEndpointException(failure(Kind.PROTOCOL, problem, advice, status, null, null));
	}

	/**
	 * A request that is not even sent: the next one would be wrong in the same way.
	 * @param problem what is wrong; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 * @return an exception that carries the failure
	 */
	public TokenEndpointException unsent(String problem, String advice) {
		return new TokenEndpointException(failure(Kind.LASTING, problem, advice));
	}

	/**
	 * A request that cannot be made now: the next one may be.
	 * @param problem what is wrong; one sentence without its full stop
	 * @param advice what to do; one sentence without its full stop
	 * @return an exception that carries the failure
	 */
	public TokenEndpointException unready(String problem, String advice) {
		return new TokenEndpointException(failure(Kind.PASSING, problem, advice));
	}

	/**
	 * A request that got no answer.
	 */
	TokenFailure failure(Kind kind, String problem, String advice) {
		return failure(kind, problem, advice, null, null, null);
	}

	TokenFailure failure(Kind kind, String problem, String advice, @Nullable Integer status, @Nullable String error,
			@Nullable Duration retryAfter) {
		return new TokenFailure(this.registrationId, kind, problem, advice, origin() + this.endpoint.getRawPath(),
				status, (error != null) ? this.text.code(error) : null, retryAfter);
	}

	/**
	 * Words of the server, made safe.
	 * @param text the words
	 * @return the words in quotes, or as they are if they are a plain name
	 */
	public String quoted(String text) {
		return this.text.code(text);
	}

	/**
	 * Makes words of the server safe.
	 */
	ServerText text() {
		return this.text;
	}

	/**
	 * What is asked.
	 */
	Address address() {
		return this.address;
	}

	URI endpoint() {
		return this.endpoint;
	}

	String origin() {
		return origin(this.endpoint);
	}

	/**
	 * Where a redirect leads, for people.
	 * @param location the value of the header {@code Location}
	 * @return the origin in quotes
	 */
	public String target(String location) {
		try {
			URI uri = this.endpoint.resolve(location);
			if (uri.getHost() != null) {
				return this.text.quoted(origin(uri));
			}
		}
		catch (IllegalArgumentException ex) {
			// No URI at all.
		}
		return "an invalid location";
	}

	private static String origin(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() != -1) ? ":" + uri.getPort() : "");
	}

	/**
	 * An address of the authorization server, in the words of those who configured it.
	 */
	public enum Address {

		/** The token endpoint, as configured. */
		TOKEN_URI("token-uri", "a token endpoint"),

		/** The token endpoint, as discovered. */
		TOKEN_ENDPOINT("token_endpoint in the metadata of the issuer", "a token endpoint"),

		/** The metadata of an issuer. */
		ISSUER_URI("issuer-uri", "an issuer that publishes metadata"),

		/** The metadata of an issuer that is reached in another way. */
		METADATA_URI("metadata-uri", "the metadata of the issuer");

		private final String name;

		private final String meaning;

		Address(String name, String meaning) {
			this.name = name;
			this.meaning = meaning;
		}

		String uri() {
			return this.name;
		}

		/**
		 * What to check if something else is there.
		 * @return one sentence without its full stop
		 */
		public String check() {
			return "Check that " + this.name + " is " + this.meaning;
		}

	}

	/**
	 * Carries a failure through the HTTP client, past the handlers that would put the
	 * answer into a message. Never leaves this package.
	 */
	public static final class TokenEndpointException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient TokenFailure failure;

		/**
		 * Create a carrier.
		 * @param failure what went wrong
		 */
		public TokenEndpointException(TokenFailure failure) {
			super(failure.message(), null, false, false);
			this.failure = failure;
		}

		/**
		 * The same failure of another registration that shares it.
		 * @param registrationId the registration
		 * @return a carrier of that
		 */
		public TokenEndpointException of(String registrationId) {
			TokenFailure shared = this.failure;
			return new TokenEndpointException(new TokenFailure(registrationId, shared.kind(), shared.problem(),
					shared.advice(), shared.endpoint(), shared.status(), shared.error(), shared.retryAfter()));
		}

		/**
		 * What went wrong.
		 * @return the failure
		 */
		public TokenFailure failure() {
			return this.failure;
		}

	}

}
