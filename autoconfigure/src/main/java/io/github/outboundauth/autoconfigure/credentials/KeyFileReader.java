/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.security.cert.X509Certificate;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;

/**
 * Reads a signing key from one file or two.
 */
final class KeyFileReader {

	private final KeyFile file;

	private final Location key;

	private final @Nullable Location certificate;

	KeyFileReader(ResourceLoader resources, KeyFile file) {
		this.file = file;
		this.key = new Location(resources, file.location());
		this.certificate = (file.certificateLocation() != null) ? new Location(resources, file.certificateLocation())
				: null;
	}

	/**
	 * Read the files.
	 * @throws InvalidCredentialException if one of them cannot be read
	 */
	Contents read() {
		return new Contents(this.key.read(), (this.certificate != null) ? read(this.certificate) : null);
	}

	private static Content read(Location certificate) {
		try {
			return certificate.read();
		}
		catch (InvalidCredentialException ex) {
			throw uncertified(ex);
		}
	}

	/**
	 * Make a signing key of what was read.
	 * @throws InvalidCredentialException if that is impossible
	 */
	SigningKey parse(Contents contents) {
		return this.key.parse(contents.key(), (content) -> {
			FoundKey found = new KeyParser(this.file.password(), this.file.keyId()).parse(content);
			if (this.certificate != null && contents.certificate() != null) {
				found = found.with(certificates(this.certificate, contents.certificate()));
			}
			return found.signingKey(this.file.keyId(), this.file.algorithm());
		});
	}

	private static List<X509Certificate> certificates(Location certificate, Content content) {
		try {
			return certificate.parse(content, (pem) -> PemKey.certificates(pem.text()));
		}
		catch (InvalidCredentialException ex) {
			throw uncertified(ex);
		}
	}

	private static InvalidCredentialException uncertified(InvalidCredentialException ex) {
		return new InvalidCredentialException(
				"has no usable certificate: assertion.certificate-location " + ex.problem(), ex.remedy());
	}

	/**
	 * What was read.
	 */
	record Contents(Content key, @Nullable Content certificate) {

	}

}
