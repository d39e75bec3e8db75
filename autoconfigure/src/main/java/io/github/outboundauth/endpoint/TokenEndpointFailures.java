/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Makes the failures of one client at one token endpoint.
 */
final class TokenEndpointFailures {

	private final String registrationId;

	private final URI endpoint;

	private final ServerText text;

	TokenEndpointFailures(TokenRequest request) {
		ClientRegistration client = request.client();
		this.registrationId = client.getRegistrationId();
		this.endpoint = URI.create(client.getProviderDetails().getTokenUri());
		this.text = new ServerText(request);
	}

	/**
	 * An answer that cannot be read: the next one may be better.
	 */
	TokenEndpointException unusable(String problem, String advice, int status) {
		return new TokenEndpointException(failure(Kind.PASSING, problem, advice, status, null, null));
	}

	/**
	 * A successful answer that says the wrong thing: the next one will say the same.
	 */
	TokenEndpointException invalid(String problem, String advice, int status) {
		return new TokenEndpointException(failure(Kind.PROTOCOL, problem, advice, status, null, null));
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
	 * Makes words of the server safe.
	 */
	ServerText text() {
		return this.text;
	}

	URI endpoint() {
		return this.endpoint;
	}

	String origin() {
		return origin(this.endpoint);
	}

	static String origin(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() != -1) ? ":" + uri.getPort() : "");
	}

	/**
	 * Carries a failure through the HTTP client, past the handlers that would put the
	 * answer into a message. Never leaves this package.
	 */
	static final class TokenEndpointException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient TokenFailure failure;

		TokenEndpointException(TokenFailure failure) {
			super(failure.message(), null, false, false);
			this.failure = failure;
		}

		TokenFailure failure() {
			return this.failure;
		}

	}

}
