/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import io.github.outboundauth.endpoint.answer.BodyReader;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.endpoint.answer.TokenResponseReader;
import io.github.outboundauth.endpoint.answer.TransportFailures;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Fetches tokens with the client credentials grant, or with an extension grant that needs
 * no user. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 section
 * 4.4</a>
 */
public final class EndpointTokenFetcher implements TokenFetcher {

	/** No server means a longer lifetime. */
	private static final Duration LONG = Duration.ofDays(100);

	private final TokenRequests requests;

	private final ClientHttpRequestFactory requestFactory;

	private final ResponseRules rules;

	private final Timekeeper time;

	/**
	 * Create a fetcher.
	 * @param requests makes what is sent
	 * @param requestFactory the HTTP client, which has timeouts and follows no redirects
	 * @param rules how answers are read
	 * @param time decides when something happens
	 */
	public EndpointTokenFetcher(TokenRequests requests, ClientHttpRequestFactory requestFactory, ResponseRules rules,
			Timekeeper time) {
		this.requests = requests;
		this.requestFactory = requestFactory;
		this.rules = rules;
		this.time = time;
	}

	@Override
	public Result fetch() {
		try {
			TokenRequest request = this.requests.next();
			Result result = send(request);
			if (result instanceof TokenFailure failure && this.requests.changedSince(request, failure)) {
				request = this.requests.next();
				result = send(request);
				if (result instanceof TokenFailure again) {
					this.requests.changedSince(request, again);
				}
			}
			return (result instanceof TokenFailure failure) ? explained(failure, request) : result;
		}
		catch (TokenEndpointException ex) {
			return ex.failure();
		}
	}

	@Override
	public boolean mayWaitForAnother() {
		return this.requests.mayWaitForAnother();
	}

	private Result send(TokenRequest request) {
		ClientRegistration client = request.client();
		if (Thread.currentThread().isInterrupted()) {
			// Not every HTTP client would heed it, and nobody waits for the answer.
			throw new TokenEndpointException(new TokenFailure(client.getRegistrationId(), Kind.CALLER,
					"the token request was interrupted before it was sent", "Ask again"));
		}
		TokenEndpointFailures failures = new TokenEndpointFailures(client.getRegistrationId(), this.requests.address(),
				request.endpoint(), request::confidential);
		TokenExchange exchange = new TokenExchange(request, this.requestFactory,
				new BodyReader(failures, this.rules.maxSize()),
				new TokenResponseReader(client, failures, this.rules, this.time));
		long requestedAt = this.time.nanoTime();
		try {
			return response(request, exchange.send(), requestedAt);
		}
		catch (TokenEndpointException ex) {
			return ex.failure();
		}
		catch (OAuth2AuthorizationException ex) {
			return new TransportFailures(failures).of(ex);
		}
		catch (RuntimeException ex) {
			// Some HTTP clients do not wrap what they make of an answer that is not HTTP.
			if (TransportFailures.isOne(ex)) {
				return new TransportFailures(failures).of(ex);
			}
			throw ex;
		}
	}

	/**
	 * The failure with what may be its reason, such as a secret that could not be read
	 * again.
	 */
	private static TokenFailure explained(TokenFailure failure, TokenRequest request) {
		String remarks = request.remarks().map((remark) -> "; " + remark).collect(Collectors.joining());
		return new TokenFailure(failure.registrationId(), failure.kind(), failure.problem() + remarks, failure.advice(),
				failure.endpoint(), failure.status(), failure.error(), failure.retryAfter());
	}

	private static Response response(TokenRequest request, OAuth2AccessTokenResponse response, long requestedAt) {
		Set<String> granted = response.getAccessToken().getScopes();
		Duration expiresIn = TokenResponseReader.seconds(member(response, "expires_in"));
		return new Response(response.getAccessToken().getTokenValue(), granted, expiresIn,
				TokenResponseReader.seconds(member(response, "refresh_in")), requestedAt,
				remarks(request, granted, expiresIn));
	}

	private static List<String> remarks(TokenRequest request, Set<String> granted, @Nullable Duration expiresIn) {
		List<String> remarks = new ArrayList<>(request.remarks().toList());
		if (expiresIn == null) {
			remarks.add("the response has no usable expires_in, so refresh.default-lifetime is assumed");
		}
		else if (expiresIn.compareTo(LONG) > 0) {
			remarks.add("expires_in is " + expiresIn.toSeconds() + ", as if it were milliseconds");
		}
		Set<String> lacking = new LinkedHashSet<>(request.client().getScopes());
		lacking.removeAll(granted);
		if (!granted.isEmpty() && !lacking.isEmpty()) {
			remarks.add("the token lacks scopes that were asked for: " + lacking);
		}
		return remarks;
	}

	private static @Nullable Object member(OAuth2AccessTokenResponse response, String name) {
		Map<String, Object> members = response.getAdditionalParameters();
		return members.get(name);
	}

}
