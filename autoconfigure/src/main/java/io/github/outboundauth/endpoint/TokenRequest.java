/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.credential.Credential;

/**
 * What is sent to the token endpoint. Immutable by convention: nobody writes to the
 * collections.
 *
 * @param client the endpoint, the client, its secret and scopes
 * @param parameters further parameters, sent in addition to those of the grant
 * @param headers further headers; they replace those of the same name
 * @param style what the server wants otherwise than usual
 * @param credentials what proves the client; empty if nothing does
 * @param remark what an operator should know of where it goes, or {@code null}; a
 * sentence without full stop, nothing secret
 */
public record TokenRequest(ClientRegistration client, MultiValueMap<String, String> parameters, HttpHeaders headers,
		RequestStyle style, List<Credential<?>> credentials, @Nullable String remark) {

	/** Further values are confidential from this length on: shorter ones are words. */
	private static final int MIN_LENGTH = 4;

	/** Parameters and headers that servers quote for a reason. */
	private static final Set<String> PUBLIC = Set.of("audience", "resource", "accept", "client_assertion_type");

	/**
	 * Create a request in the usual style that proves nothing but by its client's secret.
	 * @param client the endpoint, the client, its secret and scopes
	 * @param parameters further parameters, sent in addition to those of the grant
	 * @param headers further headers; they replace those of the same name
	 */
	public TokenRequest(ClientRegistration client, MultiValueMap<String, String> parameters, HttpHeaders headers) {
		this(client, parameters, headers, RequestStyle.STANDARD);
	}

	/**
	 * Create a request that proves nothing but by its client's secret.
	 * @param client the endpoint, the client, its secret and scopes
	 * @param parameters further parameters, sent in addition to those of the grant
	 * @param headers further headers; they replace those of the same name
	 * @param style what the server wants otherwise than usual
	 */
	public TokenRequest(ClientRegistration client, MultiValueMap<String, String> parameters, HttpHeaders headers,
			RequestStyle style) {
		this(client, parameters, headers, style, List.of(), null);
	}

	/**
	 * What proves the client, without remarks.
	 */
	List<?> credentialValues() {
		return this.credentials.stream().map(Credential::value).toList();
	}

	/**
	 * What an operator should know of it.
	 */
	Stream<String> remarks() {
		return Stream.concat(Stream.ofNullable(this.remark),
				this.credentials.stream().map(Credential::remark).filter(Objects::nonNull));
	}

	URI endpoint() {
		return URI.create(this.client.getProviderDetails().getTokenUri());
	}

	/**
	 * The same request to an endpoint, by a method.
	 * @param remark what is to be known of the endpoint
	 */
	TokenRequest to(URI endpoint, ClientAuthenticationMethod method, @Nullable String remark) {
		ClientRegistration client = ClientRegistration.withClientRegistration(this.client)
			.tokenUri(endpoint.toString())
			.clientAuthenticationMethod(method)
			.build();
		return new TokenRequest(client, this.parameters, this.headers, this.style, this.credentials, remark);
	}

	/**
	 * The same request with other parameters and headers.
	 */
	TokenRequest with(MultiValueMap<String, String> parameters, HttpHeaders headers) {
		return new TokenRequest(this.client, parameters, headers, this.style, this.credentials, this.remark);
	}

	/**
	 * The same request with a secret.
	 */
	TokenRequest withSecret(Credential<String> secret) {
		return with(ClientRegistration.withClientRegistration(this.client).clientSecret(secret.value()).build(),
				this.parameters, secret);
	}

	/**
	 * The same request with an assertion.
	 * @param parameters the parameters that hold it
	 */
	TokenRequest withAssertion(MultiValueMap<String, String> parameters, Credential<?> credential) {
		MultiValueMap<String, String> all = new LinkedMultiValueMap<>(this.parameters);
		all.addAll(parameters);
		return with(this.client, all, credential);
	}

	private TokenRequest with(ClientRegistration client, MultiValueMap<String, String> parameters,
			Credential<?> credential) {
		List<Credential<?>> credentials = new ArrayList<>(this.credentials);
		credentials.add(credential);
		return new TokenRequest(client, parameters, this.headers, this.style, List.copyOf(credentials), this.remark);
	}

	/**
	 * What is sent in confidence.
	 */
	Stream<String> confidential() {
		Stream<String> further = Stream.concat(this.headers.headerSet().stream(), this.parameters.entrySet().stream())
			.filter((entry) -> !PUBLIC.contains(entry.getKey().toLowerCase(Locale.ROOT)))
			.flatMap((entry) -> entry.getValue().stream())
			// Also what follows a scheme, as in Bearer x.
			.flatMap((value) -> Stream.of(value, value.substring(value.indexOf(' ') + 1)))
			.filter((value) -> value.length() >= MIN_LENGTH);
		String id = this.client.getClientId();
		String secret = this.client.getClientSecret();
		if (secret.isEmpty()) {
			return further;
		}
		return Stream.concat(Stream.of(secret, id + ":" + secret, form(id) + ":" + form(secret)), further);
	}

	private static String form(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		// Spring Security's registration prints its secret.
		return "TokenRequest[client=" + this.client.getRegistrationId() + "]";
	}

}
