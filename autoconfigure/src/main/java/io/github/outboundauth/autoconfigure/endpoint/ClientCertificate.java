/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.X509KeyManager;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * The certificate with which a client shows who it is.
 *
 * @param validUntil the end of its validity
 * @param all all certificates that may be shown
 */
record ClientCertificate(Instant validUntil, Set<X509Certificate> all) {

	/** The names that key managers know keys by. */
	private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA", "Ed25519", "RSASSA-PSS");

	/**
	 * What an SSL bundle has to show, or {@code null} if it has no key; of several
	 * certificates the one that ends first. The key managers know best: not every bundle
	 * is made of key stores.
	 */
	static @Nullable ClientCertificate of(SslBundle bundle) {
		Set<X509Certificate> all = Arrays.stream(bundle.getManagers().getKeyManagers())
			.filter(X509KeyManager.class::isInstance)
			.map(X509KeyManager.class::cast)
			.flatMap(ClientCertificate::certificates)
			.collect(Collectors.toUnmodifiableSet());
		return all.stream()
			.map((certificate) -> certificate.getNotAfter().toInstant())
			.min(Comparator.naturalOrder())
			.map((end) -> new ClientCertificate(end, all))
			.orElse(null);
	}

	private static Stream<X509Certificate> certificates(X509KeyManager keys) {
		return KEY_TYPES.stream()
			.map((type) -> keys.getClientAliases(type, null))
			.filter(Objects::nonNull)
			.flatMap(Arrays::stream)
			.map((alias) -> keys.getCertificateChain(alias)[0]);
	}

}
