/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import org.jspecify.annotations.Nullable;

/**
 * The file of a signing key, and how to read it.
 *
 * @param location the file, or another resource: PEM, a JWK, a JWK set, or the file of a
 * Google service account
 * @param password decrypts the key; not looked at if the key is not encrypted
 * @param keyId chooses the key of a JWK set, and is the id of one that has none
 * @param algorithm the algorithm to sign with; {@code null} for all that fit
 * @param certificateLocation the certificate of the key in PEM; {@code null} for the one
 * in the file of the key, if there is one
 */
public record KeyFile(String location, @Nullable String password, @Nullable String keyId, @Nullable String algorithm,
		@Nullable String certificateLocation) {

	@Override
	public String toString() {
		return "KeyFile[keyId=" + this.keyId + ", algorithm=" + this.algorithm + "]";
	}

}
