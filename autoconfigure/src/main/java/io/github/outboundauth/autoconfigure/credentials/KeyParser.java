/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.text.ParseException;
import java.util.Map;

import com.nimbusds.jose.util.JSONObjectUtils;
import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;

/**
 * Finds out what kind of file a key is kept in.
 *
 * @param password decrypts the key
 * @param keyId chooses the key
 */
record KeyParser(@Nullable String password, @Nullable String keyId) {

	/**
	 * The key in a file.
	 * @throws InvalidCredentialException if there is none that can be used
	 */
	FoundKey parse(Content content) {
		checkIsText(content);
		String text = content.text().strip();
		if (text.startsWith("{")) {
			return json(text);
		}
		if (text.contains("-----BEGIN")) {
			return PemKey.parse(text, this.password);
		}
		throw new InvalidCredentialException("is neither PEM nor a JWK", PemKey.WRITE_PRIVATE_KEY + ", or a JWK");
	}

	private static void checkIsText(Content content) {
		// A sequence: the first element of PKCS#12 is the number 3 (RFC 7292 section 4).
		if (content.beginsWith(0x30, 0x82, -1, -1, 0x02, 0x01, 0x03) || content.beginsWith(0xFE, 0xED, 0xFE, 0xED)) {
			throw new InvalidCredentialException("is a key store",
					"name it in an SSL bundle, spring.ssl.bundle.jks.<name>.keystore.location, "
							+ "and write the name of the bundle as assertion.ssl-bundle");
		}
		if (content.beginsWith(0x30, -1, 0x02) || content.beginsWith(0x30, 0x81) || content.beginsWith(0x30, 0x82)) {
			throw new InvalidCredentialException("is binary (DER)",
					"convert it to PEM: openssl pkey -inform DER -in <file> -out <new file>");
		}
	}

	private FoundKey json(String text) {
		Map<String, Object> members = members(text);
		if (members.get("private_key") instanceof String pem) {
			FoundKey key = PemKey.parse(pem, this.password);
			return (members.get("private_key_id") instanceof String id)
					? new FoundKey(key.key(), key.certificates(), id, null) : key;
		}
		return JwkKeys.of(members).choose(this.keyId);
	}

	private static Map<String, Object> members(String json) {
		try {
			return JSONObjectUtils.parse(json);
		}
		catch (ParseException ex) {
			throw new InvalidCredentialException("is damaged or incomplete JSON", "write the whole of it");
		}
	}

	@Override
	public String toString() {
		return "KeyParser[keyId=" + this.keyId + "]";
	}

}
