/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What is written under {@code oauth.client} for the registration {@code default}, and
 * under {@code oauth.client.registration.<id>} for the others. {@code null} means that
 * nothing is written.
 *
 * @param enabled Whether tokens are obtained and attached at all.
 * @param tokenUri Token endpoint of the authorization server.
 * @param clientId Client id at the authorization server.
 * @param clientSecret Client secret.
 * @param clientAuthenticationMethod How the client proves itself to the token endpoint.
 * @param scope Scopes to ask for.
 * @param audience Audiences the token is for, sent as (repeated) 'audience' parameters.
 * @param resource Resource indicators (RFC 8707), sent as (repeated) 'resource'
 * parameters.
 * @param parameters Further parameters of the token request.
 * @param headers Further headers of the token request.
 * @param baseUrl Base URL of the clients made for this registration; the token may go to
 * its origin.
 * @param origins Further origins that may get the token; '*' for any.
 * @param http HTTP client of the token endpoint.
 * @param refresh When the token is replaced.
 * @param retry How often a token request is tried.
 * @param startup When the first token is fetched.
 * @param replayUnauthorized Whether a call that is answered with 401 is repeated once
 * with a new token.
 * @param requireToken Whether a call fails if no token can be had; otherwise it is sent
 * without one.
 * @param allowInsecureHttp Whether http is allowed beyond loopback, where anybody on the
 * way can read credentials and tokens.
 * @param registration Further registrations by id. They inherit what they leave out,
 * except what belongs to one API or would take a secret to another server.
 * @param httpServiceGroup Registration id by HTTP service group, for groups whose name is
 * no registration id.
 */
@ConfigurationProperties(prefix = "oauth.client", ignoreUnknownFields = false)
public record OAuthClientProperties(@Nullable Boolean enabled, @Nullable String tokenUri, @Nullable String clientId,
		@Nullable String clientSecret, @Nullable String clientAuthenticationMethod, @Nullable List<String> scope,
		@Nullable List<String> audience, @Nullable List<String> resource,
		@Nullable Map<String, List<String>> parameters, @Nullable Map<String, List<String>> headers,
		@Nullable String baseUrl, @Nullable List<String> origins, @Nullable Http http, @Nullable Refresh refresh,
		@Nullable Retry retry, @Nullable Startup startup, @Nullable Boolean replayUnauthorized,
		@Nullable Boolean requireToken, @Nullable Boolean allowInsecureHttp,
		@Nullable Map<String, OAuthClientProperties> registration, @Nullable Map<String, String> httpServiceGroup) {

	/**
	 * What a registration works with: its own keys, and of those it leaves out the ones
	 * that may be inherited. A secret never travels to another server by inheritance.
	 */
	OAuthClientProperties inheritFrom(OAuthClientProperties parent) {
		boolean sameClient = this.tokenUri == null && this.clientId == null;
		return new OAuthClientProperties(null, or(this.tokenUri, parent.tokenUri),
				or(this.clientId, sameClient ? parent.clientId : null),
				or(this.clientSecret, sameClient ? parent.clientSecret : null),
				or(this.clientAuthenticationMethod, sameClient ? parent.clientAuthenticationMethod : null), this.scope,
				this.audience, this.resource, this.parameters, this.headers, this.baseUrl, this.origins,
				Http.EMPTY.orElse(this.http).orElse(parent.http),
				Refresh.EMPTY.orElse(this.refresh).orElse(parent.refresh),
				Retry.EMPTY.orElse(this.retry).orElse(parent.retry), or(this.startup, parent.startup),
				or(this.replayUnauthorized, parent.replayUnauthorized), or(this.requireToken, parent.requireToken),
				this.allowInsecureHttp, null, null);
	}

	private static <T> @Nullable T or(@Nullable T own, @Nullable T inherited) {
		return (own != null) ? own : inherited;
	}

	@Override
	public String toString() {
		return "OAuthClientProperties[tokenUri=" + this.tokenUri + ", clientId=" + this.clientId
				+ ", clientSecret=******, registration=" + this.registration + "]";
	}

	/**
	 * HTTP client of the token endpoint.
	 *
	 * @param connectTimeout Time in which a connection must be made.
	 * @param readTimeout Time in which an answer must come.
	 * @param totalTimeout Deadline over all attempts of one fetch.
	 * @param maxResponseSize Largest answer that is read.
	 */
	public record Http(@Nullable Duration connectTimeout, @Nullable Duration readTimeout,
			@Nullable Duration totalTimeout, @Nullable DataSize maxResponseSize) {

		static final Http EMPTY = new Http(null, null, null, null);

		Http orElse(@Nullable Http other) {
			return (other == null) ? this
					: new Http(or(this.connectTimeout, other.connectTimeout), or(this.readTimeout, other.readTimeout),
							or(this.totalTimeout, other.totalTimeout), or(this.maxResponseSize, other.maxResponseSize));
		}

	}

	/**
	 * When the token is replaced.
	 *
	 * @param outageTolerance How long an outage of the authorization server a token in
	 * use should survive; sets how early it is replaced.
	 * @param margin How long before its end a token counts as expired; never more than a
	 * tenth of its lifetime.
	 * @param defaultLifetime Lifetime of a token whose answer has no usable 'expires_in'.
	 * @param maxLifetime Longest lifetime that is believed.
	 * @param keepWarm Whether the token is replaced ahead of time even when nobody used
	 * it.
	 */
	public record Refresh(@Nullable Duration outageTolerance, @Nullable Duration margin,
			@Nullable Duration defaultLifetime, @Nullable Duration maxLifetime, @Nullable Boolean keepWarm) {

		static final Refresh EMPTY = new Refresh(null, null, null, null, null);

		Refresh orElse(@Nullable Refresh other) {
			return (other == null) ? this
					: new Refresh(or(this.outageTolerance, other.outageTolerance), or(this.margin, other.margin),
							or(this.defaultLifetime, other.defaultLifetime), or(this.maxLifetime, other.maxLifetime),
							or(this.keepWarm, other.keepWarm));
		}

	}

	/**
	 * How often a token request is tried.
	 *
	 * @param maxAttempts Token requests of one fetch.
	 * @param backoff Pause before the second attempt; doubles with each further one.
	 * @param maxBackoff Longest pause between two attempts.
	 */
	public record Retry(@Nullable Integer maxAttempts, @Nullable Duration backoff, @Nullable Duration maxBackoff) {

		static final Retry EMPTY = new Retry(null, null, null);

		Retry orElse(@Nullable Retry other) {
			return (other == null) ? this : new Retry(or(this.maxAttempts, other.maxAttempts),
					or(this.backoff, other.backoff), or(this.maxBackoff, other.maxBackoff));
		}

	}

	/**
	 * When the first token is fetched.
	 */
	public enum Startup {

		/** With the first call that needs it. */
		LAZY,

		/** In the background, when the application starts. */
		EAGER,

		/** When the application starts, which fails without it. */
		REQUIRED

	}

}
