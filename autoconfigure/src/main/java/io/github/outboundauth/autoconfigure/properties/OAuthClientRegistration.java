/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.endpoint.HttpSettings;
import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;
import io.github.outboundauth.endpoint.ClientAuthentication;
import io.github.outboundauth.endpoint.SuppliedValues;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.discovery.Issuer;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSources;

/**
 * A registration as it works: checked, with all that it inherits and all defaults.
 *
 * @param id the registration id
 * @param keys the full key for a key of this registration: where it is written, if it is
 * @param tokenOf the first of the registrations that ask for exactly the same token and
 * share it; the id itself if none does
 * @param request what its token requests have in common
 * @param supplied what the application makes for each of them
 * @param proofs how the client proves itself
 * @param endpoint where the token requests go, and how
 * @param api how the API is called
 * @param refresh when the token is replaced
 * @param retry how often a token request is tried
 * @param policy what is done with the token
 * @param baseUrl base URL of the clients, if they have one
 * @param startup when the first token is fetched
 * @param insecureHttpAllowed whether http is allowed beyond loopback
 */
public record OAuthClientRegistration(String id, UnaryOperator<String> keys, String tokenOf, TokenRequest request,
		SuppliedValues supplied, List<ClientAuthentication> proofs, Endpoint endpoint, Api api, RefreshPolicy refresh,
		RetryPolicy retry, BearerPolicy policy, @Nullable URI baseUrl, Startup startup, boolean insecureHttpAllowed) {

	/** The id of the registration that is described directly under the prefix. */
	public static final String DEFAULT_ID = "default";

	/**
	 * The registration as far as the life of its token is concerned.
	 * @param fetcher makes its token requests
	 * @return a registration for the token sources
	 */
	public TokenSources.Registration toSource(TokenFetcher fetcher) {
		Issuer issuer = this.endpoint.issuer();
		return new TokenSources.Registration(this.id, this.tokenOf,
				(issuer != null) ? issuer.uri() : this.endpoint.requireTokenUri().toString(),
				this.request.client().getClientId(), fetcher, this.refresh, this.retry);
	}

	/**
	 * Whether the token is its own, though others may share it.
	 * @return whether it is the first of those that share it
	 */
	public boolean ownsToken() {
		return this.id.equals(this.tokenOf);
	}

	/**
	 * Whether its client proves itself with a certificate (RFC 8705 section 2).
	 * @return whether the HTTP client needs one
	 */
	public boolean provesWithCertificate() {
		return this.proofs.get(0).methods().get(0).getValue().contains("tls");
	}

	/**
	 * A URL that is configured elsewhere and may get the token of this registration.
	 * @param prefix what its key begins with
	 * @param key the rest of its key
	 * @param value the URL
	 * @return the URL
	 * @throws RuntimeException if the token may not go there; the failure analysis says
	 * why
	 */
	public URI checkUrl(String prefix, String key, String value) {
		List<InvalidOAuthClientException.Problem> problems = new ArrayList<>();
		URI url = new UrlChecks(new PropertyChecks(prefix, problems), this.insecureHttpAllowed).url(key, value);
		if (url == null) {
			throw new InvalidOAuthClientException(problems);
		}
		return url;
	}

	/**
	 * The registration as others may see it, without its secret.
	 * @return a registration for Spring Security
	 */
	public ClientRegistration withoutSecret() {
		return ClientRegistration.withClientRegistration(this.request.client())
			.clientAuthenticationMethod(this.proofs.get(0).methods().get(0))
			.issuerUri((this.endpoint.issuer() != null) ? this.endpoint.issuer().uri() : null)
			.build();
	}

	/**
	 * Where token requests go, and how.
	 *
	 * @param tokenUri the token endpoint, unless it is discovered
	 * @param issuer the issuer whose metadata names the token endpoint, if it is
	 * discovered
	 * @param http by which HTTP client
	 * @param rules how answers are read
	 */
	public record Endpoint(@Nullable URI tokenUri, @Nullable Issuer issuer, HttpSettings http, ResponseRules rules) {

		/**
		 * The token endpoint that is known to be configured.
		 * @return the token endpoint
		 */
		public URI requireTokenUri() {
			return Objects.requireNonNull(this.tokenUri);
		}

	}

	/**
	 * How the API is called.
	 *
	 * @param settings what Spring Boot has settings for, apart from the SSL bundle
	 * @param sslBundle the name of an SSL bundle, or {@code null} for that of the
	 * application
	 * @param proxy the proxy, or {@code null} for what the HTTP engine does by itself
	 * @param defaultHeaders the headers of each call that does not set them itself
	 */
	public record Api(HttpClientSettings settings, @Nullable String sslBundle, @Nullable ProxySettings proxy,
			HttpHeaders defaultHeaders) {

		/** As all HTTP clients of the application. */
		public static final Api STANDARD = new Api(HttpClientSettings.defaults(), null, null, HttpHeaders.EMPTY);

		/**
		 * Whether it takes an HTTP client that is made for it.
		 * @return whether anything but headers is configured
		 */
		public boolean needsOwnClient() {
			return this != STANDARD && (!this.settings.equals(HttpClientSettings.defaults()) || this.sslBundle != null
					|| this.proxy != null);
		}

		@Override
		public String toString() {
			return "Api[settings=" + this.settings + ", sslBundle=" + this.sslBundle + ", proxy=" + this.proxy
					+ ", defaultHeaders=" + this.defaultHeaders.headerNames() + "]";
		}

	}

}
