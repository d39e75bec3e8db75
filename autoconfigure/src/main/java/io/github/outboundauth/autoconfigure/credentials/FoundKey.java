/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;

/**
 * A private key and what is known of it where it is kept.
 *
 * @param key the key
 * @param certificates its certificate may be among them
 * @param keyId its id
 * @param algorithm the only algorithm it is meant for
 */
record FoundKey(PrivateKey key, List<X509Certificate> certificates, @Nullable String keyId,
		@Nullable String algorithm) {

	FoundKey(PrivateKey key, List<X509Certificate> certificates) {
		this(key, certificates, null, null);
	}

	/**
	 * The same key with other certificates.
	 * @throws InvalidCredentialException if none of them is its own
	 */
	FoundKey with(List<X509Certificate> certificates) {
		if (certificates.stream().noneMatch(this::isCertifiedBy)) {
			throw new InvalidCredentialException("does not belong to the certificate of assertion.certificate-location",
					"write the certificate that was issued for this key");
		}
		return new FoundKey(this.key, certificates, this.keyId, this.algorithm);
	}

	private boolean isCertifiedBy(X509Certificate certificate) {
		return SigningKey.belongTogether(this.key, certificate);
	}

	/**
	 * The key as it is configured.
	 * @param keyId the id it shall have; {@code null} for its own
	 * @param algorithm the algorithm it shall sign with; {@code null} for its own, or all
	 * that fit
	 * @throws InvalidCredentialException if it cannot sign, or not with the algorithm
	 */
	SigningKey signingKey(@Nullable String keyId, @Nullable String algorithm) {
		if (this.algorithm != null && algorithm != null && !algorithm.equals(this.algorithm)) {
			throw new InvalidCredentialException("is a key for " + this.algorithm + " only",
					"leave out assertion.algorithm");
		}
		X509Certificate certificate = this.certificates.stream().filter(this::isCertifiedBy).findFirst().orElse(null);
		return SigningKey.of(this.key, certificate, (keyId != null) ? keyId : this.keyId,
				(algorithm != null) ? algorithm : this.algorithm);
	}

	@Override
	public String toString() {
		return "FoundKey[keyId=" + this.keyId + ", algorithm=" + this.algorithm + "]";
	}

}
