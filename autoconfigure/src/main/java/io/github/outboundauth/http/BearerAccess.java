/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;

import io.github.outboundauth.http.BearerPolicy.TokenHeader;
import io.github.outboundauth.http.BearerTokens.NoRegistrationException;
import io.github.outboundauth.http.BearerTokens.RequestRefusedException;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSource;

/**
 * The token of one registration, with the rules for its use.
 *
 * @param registrationId the registration id
 * @param source supplies the token
 * @param policy where the token may go and what happens when it is refused
 * @param followsRedirects whether redirects are followed here, because the HTTP engine
 * follows none
 */
record BearerAccess(String registrationId, TokenSource source, BearerPolicy policy, boolean followsRedirects) {

	/** How much is read of an answer that is not used, to use its connection again. */
	static final int RELEASE_SIZE = 64 * 1024;

	/** How long that may take. */
	static final Duration RELEASE_TIME = Duration.ofSeconds(1);

	/**
	 * The access for a request: that which its attribute names, else that of the client.
	 * {@code null} for a request that has something where its token would be: it is left
	 * alone.
	 */
	static @Nullable BearerAccess of(HttpHeaders headers, BearerTokens tokens, @Nullable BearerAccess own,
			Map<String, Object> attributes) {
		if (TokenHeader.hasCredentials(headers) && !hasOtherHeader(tokens, own, attributes)) {
			return null;
		}
		BearerAccess access = resolve(tokens, own, attributes);
		return access.policy.header().isTakenIn(headers) ? null : access;
	}

	/**
	 * Whether what stands in {@code Authorization} is in nobody's way.
	 */
	private static boolean hasOtherHeader(BearerTokens tokens, @Nullable BearerAccess own,
			Map<String, Object> attributes) {
		String registrationId = ClientAttributes.resolveClientRegistrationId(attributes);
		BearerAccess access = (registrationId != null) ? tokens.find(registrationId) : own;
		return access != null && !attributes.containsKey(TokenFetcher.REQUEST) && !access.policy.header().isStandard();
	}

	private static BearerAccess resolve(BearerTokens tokens, @Nullable BearerAccess own,
			Map<String, Object> attributes) {
		if (own != null && attributes.isEmpty()) {
			return own;
		}
		Object fetching = attributes.get(TokenFetcher.REQUEST);
		if (fetching != null) {
			throw refusal(fetching.toString(), TokenFetcher.REQUEST, "a token request would wait for its own token.");
		}
		String registrationId = ClientAttributes.resolveClientRegistrationId(attributes);
		if (registrationId != null && (own == null || !own.registrationId.equals(registrationId))) {
			return tokens.get(registrationId);
		}
		if (own == null) {
			throw new NoRegistrationException(tokens.registrationIds());
		}
		return own;
	}

	/**
	 * Refuse a request that would carry the token to a foreign origin.
	 */
	void check(URI url) {
		if (!this.policy.origins().contains(url)) {
			throw refusal(this.registrationId, "origin_not_allowed", reasonAgainst(url));
		}
	}

	/**
	 * Why a redirect is not followed that leaves the origin of the request: what was
	 * meant for one server is nothing for another, be it a token, a header or a body.
	 */
	RequestRefusedException refusal(Redirect redirect, URI from) {
		return refusal(this.registrationId, "redirect_not_allowed", "the redirect from " + AllowedOrigins.describe(from)
				+ " to " + AllowedOrigins.describe(redirect.uri()) + " leaves the origin of the request, and is not "
				+ "followed. Call that URL itself, or write '" + prefix()
				+ ".api.redirects: dont-follow' to get the redirect and call its location with another client.");
	}

	private String prefix() {
		return "default".equals(this.registrationId) ? "oauth.client"
				: "oauth.client.registration." + this.registrationId;
	}

	private String reasonAgainst(URI url) {
		String prefix = prefix();
		String origin = AllowedOrigins.describe(url);
		if (origin == null) {
			return "the request has no host. Set " + prefix + ".base-url, or call an absolute URL.";
		}
		if (url.getRawUserInfo() != null) {
			return "the request to " + origin + " has user info in its URL. Leave it out: the token takes its place.";
		}
		if (this.policy.origins().isAny()) {
			return "the request to " + origin + " would send its token in clear text. Use https, or set " + prefix
					+ ".allow-insecure-http if that is meant.";
		}
		return "the request to " + origin + " is outside the origins that may get its token " + this.policy.origins()
				+ ". Add the line '" + prefix + ".origins: " + origin + "' if it should get the token.";
	}

	private static RequestRefusedException refusal(String registrationId, String error, String reason) {
		return new RequestRefusedException(registrationId, error, "OAuth2 client '" + registrationId + "': " + reason);
	}

	/**
	 * Whether a request is sent without a token when none can be had for this reason. Not
	 * when only its caller could not wait for one.
	 */
	boolean goesWithout(OAuth2AuthorizationException ex) {
		return !this.policy.requireToken() && !TokenFailure.CALLER.equals(ex.getError().getErrorCode());
	}

	/**
	 * The token, which the caller waits for if it has to; {@code null} if a request is
	 * sent without.
	 */
	@Nullable AccessToken await() {
		try {
			return this.source.await();
		}
		catch (OAuth2AuthorizationException ex) {
			if (goesWithout(ex)) {
				return null;
			}
			throw ex;
		}
	}

	/**
	 * Report a token that was refused, and wait for another if the call is to be
	 * repeated.
	 */
	@Nullable AccessToken awaitReplacement(AccessToken refused) {
		var replacement = this.source.reject(refused).toCompletableFuture();
		if (!this.policy.replayUnauthorized()) {
			return null;
		}
		try {
			return replacement.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	BearerAccess allowing(URI url) {
		return new BearerAccess(this.registrationId, this.source, this.policy.allowing(url), this.followsRedirects);
	}

	BearerAccess followingRedirects() {
		return new BearerAccess(this.registrationId, this.source, this.policy, true);
	}

	/**
	 * Whether an answer says that the token itself is no good, rather than that it allows
	 * too little (RFC 6750 section 3.1).
	 */
	static boolean isRejection(int status, HttpHeaders headers) {
		if (status != 401) {
			return false;
		}
		for (String challenges : headers.getOrEmpty(HttpHeaders.WWW_AUTHENTICATE)) {
			if (new BearerChallenges(challenges).haveError("insufficient_scope")) {
				return false;
			}
		}
		return true;
	}

}
