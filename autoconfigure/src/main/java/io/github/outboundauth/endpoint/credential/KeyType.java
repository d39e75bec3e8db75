/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import com.nimbusds.jose.jwk.Curve;
import org.jspecify.annotations.Nullable;

/**
 * What a key is called in messages, and the algorithms of RFC 7518, RFC 8037 and RFC 9864
 * that it signs with.
 *
 * @param name the name with its article
 * @param algorithms the algorithms, the preferred first
 */
record KeyType(String name, List<String> algorithms) {

	static final KeyType SECRET = new KeyType("a secret", List.of("HS256", "HS384", "HS512"));

	private static final int MIN_RSA_BITS = 2048;

	/** Other names are not repeated in messages: a misplaced secret would be one. */
	private static final Pattern ALGORITHM = Pattern.compile("[HREP]S\\d{3}K?|EdDSA|Ed25519|Ed448|none");

	/**
	 * The type of a private key.
	 * @throws InvalidCredentialException if it cannot sign assertions, or not securely
	 */
	static KeyType of(PrivateKey key) {
		return switch (key.getAlgorithm()) {
			case "RSA" ->
				new KeyType("an RSA key", rsa(key, List.of("RS256", "PS256", "RS384", "PS384", "RS512", "PS512")));
			case "RSASSA-PSS" -> new KeyType("an RSASSA-PSS key", rsa(key, List.of("PS256", "PS384", "PS512")));
			case "EC" -> ellipticCurve(key);
			case "EdDSA", "Ed25519" -> edwardsCurve(key);
			default -> throw unsupported("of the type " + key.getAlgorithm());
		};
	}

	/**
	 * A key inside a device does not show its numbers.
	 */
	private static List<String> rsa(PrivateKey key, List<String> algorithms) {
		if (!(key instanceof RSAKey rsa)) {
			return algorithms;
		}
		int bits = rsa.getModulus().bitLength();
		if (bits < MIN_RSA_BITS) {
			throw new InvalidCredentialException("is an RSA key of " + bits + " bits",
					"make a key of " + MIN_RSA_BITS + " bits or more");
		}
		return (rsa.getParams() instanceof PSSParameterSpec parameters) ? limited(parameters, algorithms) : algorithms;
	}

	/**
	 * An RSASSA-PSS key may be limited to one hash (RFC 4055 section 3.1).
	 */
	private static List<String> limited(PSSParameterSpec parameters, List<String> algorithms) {
		String only = parameters.getDigestAlgorithm().replace("SHA-", "PS");
		if (!algorithms.contains(only)) {
			throw unsupported("that is limited to " + parameters.getDigestAlgorithm());
		}
		return List.of(only);
	}

	private static KeyType ellipticCurve(PrivateKey key) {
		Curve curve = (key instanceof ECKey ec) ? Curve.forECParameterSpec(ec.getParams()) : null;
		String algorithm = switch (Objects.toString(curve)) {
			case "P-256" -> "ES256";
			case "P-384" -> "ES384";
			case "P-521" -> "ES512";
			default -> throw unsupported("on " + Objects.toString(curve, "an unknown elliptic curve"));
		};
		return new KeyType("an EC key on " + curve, List.of(algorithm));
	}

	private static KeyType edwardsCurve(PrivateKey key) {
		if (key instanceof EdECKey ed && !ed.getParams().getName().equals("Ed25519")) {
			throw unsupported("of the type " + ed.getParams().getName());
		}
		return new KeyType("an Ed25519 key", List.of("EdDSA", "Ed25519"));
	}

	private static InvalidCredentialException unsupported(String kind) {
		return new InvalidCredentialException("is a key " + kind + ", which cannot sign assertions",
				"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
	}

	/**
	 * The algorithm that is configured, or all.
	 * @throws InvalidCredentialException if the key cannot sign with it
	 */
	List<String> choose(@Nullable String algorithm) {
		if (algorithm == null) {
			return this.algorithms;
		}
		if (!this.algorithms.contains(algorithm)) {
			String shown = ALGORITHM.matcher(algorithm).matches() ? algorithm
					: "the unknown algorithm of assertion.algorithm";
			throw new InvalidCredentialException("is " + this.name + ", which cannot sign with " + shown,
					"leave out assertion.algorithm, or write one of " + this.algorithms);
		}
		return List.of(algorithm);
	}

}
