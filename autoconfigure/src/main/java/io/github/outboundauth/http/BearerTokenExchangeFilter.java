/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Puts the token of a registration on the requests of a {@code WebClient}. Which
 * registration that is, the request says with Spring Security's attribute, or else
 * {@link #forRegistration(String)}. A request that has the header of the token already is
 * left alone. If the token is there, the request goes on at once and on the same thread;
 * if it is not, nothing blocks. Thread-safe.
 *
 * @see org.springframework.security.oauth2.client.web.ClientAttributes
 */
public final class BearerTokenExchangeFilter implements ExchangeFilterFunction {

	private final BearerTokens tokens;

	private final @Nullable BearerAccess access;

	/**
	 * Create a filter without a registration of its own.
	 * @param tokens the tokens there are
	 */
	public BearerTokenExchangeFilter(BearerTokens tokens) {
		this(tokens, null);
	}

	private BearerTokenExchangeFilter(BearerTokens tokens, @Nullable BearerAccess access) {
		this.tokens = tokens;
		this.access = access;
	}

	/**
	 * The same for requests that name no registration themselves.
	 * @param registrationId the registration whose token they get
	 * @return a copy
	 * @throws io.github.outboundauth.token.TokenSources.UnknownRegistrationException if
	 * there is no such registration
	 */
	public BearerTokenExchangeFilter forRegistration(String registrationId) {
		return new BearerTokenExchangeFilter(this.tokens, this.tokens.get(registrationId));
	}

	/**
	 * The same where registrations may send their token to one more origin each. What is
	 * given here is not held against {@code allow-insecure-http}: over http beyond
	 * loopback anybody on the way can read the token, so it is for the caller to give
	 * https only.
	 * @param urls absolute URLs of the origins, by registration id
	 * @return a copy
	 * @throws io.github.outboundauth.token.TokenSources.UnknownRegistrationException if
	 * there is no such registration
	 */
	public BearerTokenExchangeFilter allowing(Map<String, URI> urls) {
		return with(this.tokens.allowing(urls));
	}

	/**
	 * The same for a client whose HTTP engine follows no redirects: they are followed
	 * here, each as a request of its own, as far as they lead to the same origin. Others
	 * end the call with an exception. What cannot be sent again is not sent to where a
	 * redirect leads: the caller gets the redirect.
	 * @return a copy
	 */
	public BearerTokenExchangeFilter followingRedirects() {
		return with(this.tokens.followingRedirects());
	}

	private BearerTokenExchangeFilter with(BearerTokens tokens) {
		return new BearerTokenExchangeFilter(tokens,
				(this.access != null) ? tokens.get(this.access.registrationId()) : null);
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		try {
			BearerAccess access = BearerAccess.of(request.headers(), this.tokens, this.access, request.attributes());
			if (access == null) {
				return BearerExchange.withoutToken(request, next, this.access, this.tokens.followsRedirects());
			}
			access.check(request.url());
			return new BearerExchange(request, next, access);
		}
		catch (OAuth2AuthorizationException | IllegalArgumentException | IllegalStateException ex) {
			return Mono.error(ex);
		}
	}

}
