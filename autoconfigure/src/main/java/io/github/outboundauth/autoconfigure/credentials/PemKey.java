/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;

/**
 * Reads a private key and certificates from PEM, with Spring Boot's parser.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class PemKey {

	static final String WRITE_PRIVATE_KEY = "write the private key, which begins with -----BEGIN PRIVATE KEY-----";

	private static final String WRITE_ALL = "write all lines, from -----BEGIN to -----END";

	private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

	private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

	private static final String SEC1 = "EC PRIVATE KEY";

	private static final String OPENSSH = "OPENSSH PRIVATE KEY";

	private PemKey() {
	}

	/**
	 * The only private key in a text, and the certificates beside it.
	 * @throws InvalidCredentialException if there is none, or none that can be used
	 */
	static FoundKey parse(String text, @Nullable String password) {
		List<String> labels = BLOCK.matcher(text).results().map((MatchResult result) -> result.group(1)).toList();
		String label = privateKey(labels);
		checkFormat(text, label);
		if (label.equals(ENCRYPTED) && password == null) {
			throw new InvalidCredentialException("is encrypted and assertion.key-password is missing",
					"set assertion.key-password");
		}
		PrivateKey key = key(text, label, password);
		if (label.equals(SEC1) && key instanceof ECPrivateKey ec && isOnAssumedCurve(ec)) {
			throw new InvalidCredentialException("does not name its elliptic curve", WRITE_PRIVATE_KEY);
		}
		return new FoundKey(key, labels.contains("CERTIFICATE") ? certificates(text) : List.of());
	}

	private static String privateKey(List<String> labels) {
		List<String> keys = labels.stream().filter((label) -> label.endsWith("PRIVATE KEY")).toList();
		if (keys.size() == 1) {
			return keys.get(0);
		}
		if (keys.size() > 1) {
			throw new InvalidCredentialException("holds " + keys.size() + " private keys", "leave one of them");
		}
		if (labels.stream().anyMatch((label) -> label.endsWith("PUBLIC KEY"))) {
			throw new InvalidCredentialException("is a public key", WRITE_PRIVATE_KEY);
		}
		throw new InvalidCredentialException(
				labels.contains("CERTIFICATE") ? "holds a certificate and no private key" : "holds no private key",
				WRITE_PRIVATE_KEY);
	}

	private static void checkFormat(String text, String label) {
		if (label.equals(OPENSSH)) {
			throw new InvalidCredentialException("is in the format of OpenSSH",
					"convert a copy of it to PKCS#8: ssh-keygen -p -N '' -m PKCS8 -f <copy>");
		}
		if (text.contains("DEK-Info:")) {
			throw new InvalidCredentialException("is encrypted in the old format of OpenSSL",
					"convert it to PKCS#8: openssl pkcs8 -topk8 -in <file> -out <new file>");
		}
	}

	private static PrivateKey key(String text, String label, @Nullable String password) {
		try {
			PrivateKey key = PemContent.of(text).getPrivateKey(password);
			if (key != null) {
				return key;
			}
		}
		catch (IllegalStateException ex) {
			if (label.equals(ENCRYPTED)) {
				throw undecipherable(ex);
			}
		}
		throw new InvalidCredentialException("is damaged, incomplete or of an unknown form", WRITE_ALL);
	}

	/**
	 * What a wrong password decrypts is no key.
	 */
	private static InvalidCredentialException undecipherable(IllegalStateException ex) {
		if (Stream.iterate((Throwable) ex, Objects::nonNull, Throwable::getCause)
			.anyMatch(InvalidKeySpecException.class::isInstance)) {
			return new InvalidCredentialException("cannot be decrypted with assertion.key-password",
					"correct assertion.key-password");
		}
		return new InvalidCredentialException("is damaged, or encrypted in a way that this JVM does not know",
				"write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in <file> -out <new file>");
	}

	/**
	 * The parser takes a key that names no curve for one on P-384.
	 */
	private static boolean isOnAssumedCurve(ECPrivateKey key) {
		BigInteger number = key.getS();
		return key.getParams().getOrder().bitLength() == 384
				&& (number.bitLength() <= 256 || number.compareTo(key.getParams().getOrder()) >= 0);
	}

	/**
	 * The certificates in a text.
	 * @throws InvalidCredentialException if there are none, or damaged ones
	 */
	static List<X509Certificate> certificates(String text) {
		try {
			return PemContent.of(text).getCertificates();
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw new InvalidCredentialException("holds no certificate, or a damaged one",
					"write the certificate, which begins with -----BEGIN CERTIFICATE-----");
		}
	}

}
