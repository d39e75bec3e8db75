/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Assertion;

/**
 * The keys under {@code assertion}: none of them may do nothing.
 */
final class AssertionKeys {

	/** What a client secret signs with. */
	private static final Set<String> OF_SECRETS = Set.of("algorithm", "audience", "type", "lifetime", "claims");

	private final Map<String, Object> written = new LinkedHashMap<>();

	private final PropertyChecks checks;

	AssertionKeys(Assertion assertion, PropertyChecks checks) {
		this.checks = checks;
		add("key-location", assertion.keyLocation());
		add("key-password", assertion.keyPassword());
		add("key-id", assertion.keyId());
		add("ssl-bundle", assertion.sslBundle());
		add("location", assertion.location());
		add("algorithm", assertion.algorithm());
		add("certificate-location", assertion.certificateLocation());
		add("certificate-thumbprint", assertion.certificateThumbprint());
		add("audience", assertion.audience());
		add("type", assertion.type());
		add("lifetime", assertion.lifetime());
		add("claims", assertion.claims());
	}

	private void add(String name, @Nullable Object value) {
		if (value != null) {
			this.written.put(name, value);
		}
	}

	/**
	 * Refuse blank values and placeholders that are not resolved. A blank type stands for
	 * none.
	 */
	void checkValues() {
		this.written.forEach((name, value) -> {
			if (value instanceof String text && !name.equals("type")) {
				this.checks.text("assertion." + name, text, "write a value, or remove the key");
			}
			else if (value instanceof String text) {
				this.checks.isResolved("assertion." + name, text);
			}
		});
	}

	/**
	 * Refuse keys that a method does not use, apart from {@code private_key_jwt}.
	 */
	void refuseUnusedBy(ClientAuthenticationMethod method) {
		boolean signs = method.equals(ClientAuthenticationMethod.CLIENT_SECRET_JWT);
		refuse(signs ? OF_SECRETS : Set.of(), "by the method " + method.getValue());
	}

	/**
	 * Refuse keys that do not go with where the key or the assertion comes from.
	 */
	void refuseUnusedBySource() {
		Set<String> used = new HashSet<>(this.written.keySet());
		if (this.written.containsKey("location")) {
			used = Set.of("location", "key-location", "ssl-bundle");
		}
		else if (this.written.containsKey("ssl-bundle")) {
			used.removeAll(Set.of("key-password", "certificate-location"));
		}
		refuse(used, this.written.containsKey("location") ? "with assertion.location" : "with assertion.ssl-bundle");
	}

	private void refuse(Set<String> used, String by) {
		this.written.keySet()
			.stream()
			.filter((name) -> !used.contains(name))
			.forEach((name) -> this.checks.problem("assertion." + name, "is not used " + by,
					"remove it, or configure another client-authentication-method"));
	}

}
