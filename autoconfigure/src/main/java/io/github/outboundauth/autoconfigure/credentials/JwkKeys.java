/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;

/**
 * The keys of a JWK set, or the one of a JWK.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</a>
 */
final class JwkKeys {

	private final List<JWK> keys;

	private JwkKeys(List<JWK> keys) {
		this.keys = keys;
	}

	/**
	 * Read a JSON object.
	 * @throws InvalidCredentialException if it is neither a JWK nor a JWK set
	 */
	static JwkKeys of(Map<String, Object> members) {
		try {
			if (members.containsKey("keys")) {
				return new JwkKeys(JWKSet.parse(members).getKeys());
			}
			if (members.containsKey("kty")) {
				return new JwkKeys(List.of(JWK.parse(members)));
			}
		}
		catch (ParseException | IllegalArgumentException | IllegalStateException ex) {
			throw new InvalidCredentialException("is a damaged or incomplete JWK", "write all its members");
		}
		throw new InvalidCredentialException("is JSON, but no JWK", "write a private key as PEM, JWK or JWK set");
	}

	/**
	 * The key with an id, or the only private key for signatures.
	 * @throws InvalidCredentialException if there is none, or more than one
	 */
	FoundKey choose(@Nullable String keyId) {
		List<JWK> candidates = this.keys;
		if (keyId != null && !isSingleWithoutId()) {
			candidates = this.keys.stream().filter((key) -> keyId.equals(key.getKeyID())).toList();
			if (candidates.isEmpty()) {
				throw new InvalidCredentialException("holds no key with the id of assertion.key-id", writeId());
			}
		}
		List<JWK> usable = candidates.stream().filter(JwkKeys::signs).toList();
		if (usable.size() > 1) {
			throw new InvalidCredentialException("holds " + usable.size() + " private keys for signatures"
					+ ((keyId != null) ? " with the id of assertion.key-id" : ""), writeId());
		}
		if (usable.isEmpty()) {
			throw unusable(candidates);
		}
		return found(usable.get(0));
	}

	private boolean isSingleWithoutId() {
		return this.keys.size() == 1 && this.keys.get(0).getKeyID() == null;
	}

	private String writeId() {
		return "write one of "
				+ this.keys.stream().filter(JwkKeys::signs).map(JWK::getKeyID).filter(Objects::nonNull).toList()
				+ " as assertion.key-id";
	}

	private static boolean signs(JWK key) {
		return key instanceof AsymmetricJWK && key.isPrivate() && isForSignatures(key);
	}

	private static boolean isForSignatures(JWK key) {
		return (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
				&& (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.SIGN))
				&& (key.getAlgorithm() == null
						|| JWSAlgorithm.Family.SIGNATURE.contains(JWSAlgorithm.parse(key.getAlgorithm().getName())))
				&& (!(key instanceof OctetKeyPair pair) || pair.getCurve().equals(Curve.Ed25519));
	}

	private static InvalidCredentialException unusable(List<JWK> keys) {
		if (keys.size() != 1) {
			return new InvalidCredentialException("holds no private key for signatures", "add one");
		}
		JWK key = keys.get(0);
		if (key instanceof OctetSequenceKey) {
			return new InvalidCredentialException("is a symmetric key",
					"write a private key, or a client-secret for client_secret_jwt");
		}
		if (!key.isPrivate()) {
			return new InvalidCredentialException("is a public key",
					"write the private key, which has the member \"d\" too");
		}
		return new InvalidCredentialException("is not for signatures (use, key_ops, alg or crv)",
				"choose a key for signatures");
	}

	private static FoundKey found(JWK key) {
		try {
			return new FoundKey(
					(key instanceof OctetKeyPair pair) ? edwards(pair) : ((AsymmetricJWK) key).toPrivateKey(),
					Objects.requireNonNullElse(key.getParsedX509CertChain(), List.of()), key.getKeyID(),
					(key.getAlgorithm() != null) ? key.getAlgorithm().getName() : null);
		}
		catch (JOSEException | GeneralSecurityException | IllegalStateException ex) {
			throw new InvalidCredentialException("is a damaged JWK, or one of an unsupported type",
					"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
		}
	}

	/**
	 * Nimbus makes no key of the JDK of these.
	 */
	private static PrivateKey edwards(OctetKeyPair pair) throws GeneralSecurityException {
		return KeyFactory.getInstance("Ed25519")
			.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getDecodedD()));
	}

}
