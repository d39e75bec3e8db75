/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

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

	/** Clocks differ: what expired just now may be valid for the server. */
	private static final Duration SKEW = Duration.ofMinutes(1);

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
		// What the server says of algorithms is said of the authentication of clients.
		boolean grant = method.equals(ClientAuthenticationMethod.NONE);
		return new AssertionAuthentication<>(method, () -> remarked(keys.get(), time.instant()),
				(key, request, server) -> {
					String algorithm = algorithm(key, grant ? Set.of() : server.signingAlgorithms());
					String audience = settings.audience(server.issuer(), request.endpoint().toString());
					return settings.sign(key, algorithm, audience, time.instant());
				});
	}

	private static Credential<SigningKey> remarked(Credential<SigningKey> key, Instant now) {
		return (key.remark() != null) ? key : new Credential<>(key.value(), key.value().remark(now));
	}

	/**
	 * An assertion that somebody else makes and renews.
	 * @param method the method that it is for; {@code none} if it is the grant
	 * @param assertions gives the assertion
	 * @param time says whether it is still valid
	 * @return that way
	 */
	public static AssertionAuthentication<String> readyMade(ClientAuthenticationMethod method,
			Supplier<Credential<String>> assertions, InstantSource time) {
		return new AssertionAuthentication<>(method, assertions,
				(assertion, request, server) -> unexpired(assertion, time.instant()));
	}

	/**
	 * An assertion that no server takes any more is not worth a request, which some
	 * count.
	 */
	private static String unexpired(String assertion, Instant now) {
		Instant expiry = expiry(assertion);
		if (expiry != null && expiry.plus(SKEW).isBefore(now)) {
			throw new InvalidCredentialException("is an assertion that expired at " + expiry,
					"check what renews the file of assertion.location, and the clock of this machine");
		}
		return assertion;
	}

	private static @Nullable Instant expiry(String assertion) {
		try {
			JWTClaimsSet claims = JWTParser.parse(assertion).getJWTClaimsSet();
			Date expiry = (claims != null) ? claims.getExpirationTime() : null;
			return (expiry != null) ? expiry.toInstant() : null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	private static String algorithm(SigningKey key, Set<String> accepted) {
		if (accepted.isEmpty()) {
			return key.algorithms().get(0);
		}
		return key.algorithms()
			.stream()
			.filter(accepted::contains)
			.findFirst()
			.orElseThrow(() -> new InvalidCredentialException(
					"signs with " + key.algorithms() + ", which the authorization server does not accept",
					"use a key or an assertion.algorithm for one of " + accepted.stream().sorted().limit(10).toList()));
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
