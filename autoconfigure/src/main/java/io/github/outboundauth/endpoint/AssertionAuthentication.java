/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.credential.AssertionSettings;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;

/**
 * An assertion: signed for each request, or ready-made by somebody else (RFC 7521, RFC
 * 7523). It authenticates the client, or is the grant itself.
 *
 * @param <T> what it is made of
 */
public final class AssertionAuthentication<T> implements ClientAuthentication {

	private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

	private final ClientAuthenticationMethod method;

	private final Supplier<Credential<T>> credentials;

	private final Maker<T> maker;

	private AssertionAuthentication(ClientAuthenticationMethod method, Supplier<Credential<T>> credentials,
			Maker<T> maker) {
		this.method = method;
		this.credentials = credentials;
		this.maker = maker;
	}

	/**
	 * An assertion that is signed for each request.
	 * @param method the method that it is for; {@code none} if it is the grant
	 * @param keys gives the key
	 * @param settings what it says
	 * @param time says when it is signed
	 * @return that way
	 */
	public static AssertionAuthentication<SigningKey> signed(ClientAuthenticationMethod method,
			Supplier<Credential<SigningKey>> keys, AssertionSettings settings, InstantSource time) {
		return new AssertionAuthentication<>(method, keys,
				(key, request, server) -> settings.sign(key, algorithm(key, server),
						settings.audience(server.issuer(), request.endpoint().toString()), time.instant()));
	}

	/**
	 * An assertion that somebody else makes and renews.
	 * @param method the method that it is for; {@code none} if it is the grant
	 * @param assertions gives the assertion
	 * @return that way
	 */
	public static AssertionAuthentication<String> readyMade(ClientAuthenticationMethod method,
			Supplier<Credential<String>> assertions) {
		return new AssertionAuthentication<>(method, assertions, (assertion, request, server) -> assertion);
	}

	private static String algorithm(SigningKey key, AuthorizationServer server) {
		if (server.signingAlgorithms().isEmpty()) {
			return key.algorithms().get(0);
		}
		return key.algorithms()
			.stream()
			.filter(server.signingAlgorithms()::contains)
			.findFirst()
			.orElseThrow(() -> new InvalidCredentialException(
					"signs with " + key.algorithms() + ", which the authorization server does not accept",
					"use a key or an assertion.algorithm for one of " + server.signingAlgorithms()));
	}

	@Override
	public List<ClientAuthenticationMethod> methods() {
		return List.of(this.method);
	}

	@Override
	public Credential<?> credential() {
		return this.credentials.get();
	}

	@Override
	public TokenRequest authenticate(TokenRequest request, AuthorizationServer server) {
		Credential<T> credential = this.credentials.get();
		String assertion = this.maker.make(credential.value(), request, server);
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		if (this.method.equals(ClientAuthenticationMethod.NONE)) {
			parameters.add("assertion", assertion);
		}
		else {
			parameters.add("client_assertion_type", TYPE);
			parameters.add("client_assertion", assertion);
		}
		return request.withAssertion(parameters, credential);
	}

	/**
	 * Makes an assertion.
	 */
	private interface Maker<T> {

		String make(T credential, TokenRequest request, AuthorizationServer server);

	}

}
