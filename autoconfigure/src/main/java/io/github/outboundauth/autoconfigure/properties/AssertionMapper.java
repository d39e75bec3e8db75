/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Assertion;
import io.github.outboundauth.endpoint.AssertionAuthentication;
import io.github.outboundauth.endpoint.ClientAuthentication;
import io.github.outboundauth.endpoint.credential.AssertionSettings;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;

/**
 * Makes of what is configured for one registration the assertions that it signs.
 */
final class AssertionMapper {

	static final Duration LIFETIME = Duration.ofSeconds(60);

	private static final String CLIENT_TYPE = "client-authentication+jwt";

	private static final String GRANT_TYPE = "JWT";

	/** Claims that have keys of their own, or are new in each assertion. */
	private static final Set<String> RESERVED = Set.of("aud", "exp", "iat", "jti");

	private final OAuthClientProperties properties;

	private final Assertion assertion;

	private final PropertyChecks checks;

	AssertionMapper(OAuthClientProperties properties, Assertion assertion, PropertyChecks checks) {
		this.properties = properties;
		this.assertion = assertion;
		this.checks = checks;
	}

	/**
	 * Assertions that are signed for each request.
	 * @param method the method that they are for; {@code none} if they are the grant
	 * @param claims whether they hold the further claims
	 * @param key what a key that cannot be used is reported for; {@code null} if there
	 * was a problem with it before
	 */
	ClientAuthentication signed(ClientAuthenticationMethod method, boolean claims, @Nullable String key,
			Supplier<Credential<SigningKey>> keys) {
		AssertionSettings settings = settings(method.equals(ClientAuthenticationMethod.NONE),
				claims ? claims() : Map.of());
		if (key != null) {
			try {
				SigningKey first = keys.get().value();
				settings.sign(first, first.algorithms().get(0), "audience", Instant.EPOCH);
			}
			catch (InvalidCredentialException ex) {
				this.checks.problem(key, ex.problem(), ex.remedy());
			}
		}
		return AssertionAuthentication.signed(method, keys, settings, Clock.systemUTC());
	}

	private AssertionSettings settings(boolean grant, Map<String, Object> claims) {
		String clientId = this.properties.clientId();
		String type = this.assertion.type();
		Duration lifetime = this.checks.duration("assertion.lifetime", this.assertion.lifetime(), LIFETIME, false);
		if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(Duration.ofHours(1)) > 0) {
			this.checks.problem("assertion.lifetime", "must be between a second and an hour",
					"write a duration such as 60s");
		}
		return new AssertionSettings((clientId != null) ? clientId : "", audience(), lifetime,
				(type != null) ? type.strip() : grant ? GRANT_TYPE : CLIENT_TYPE,
				Boolean.TRUE.equals(this.assertion.certificateThumbprint()), claims);
	}

	private @Nullable String audience() {
		if (this.assertion.audience() == null) {
			return null;
		}
		String audience = this.assertion.audience().strip();
		this.checks.text("assertion.audience", audience, "write issuer, token-uri or a value");
		if (AssertionSettings.ISSUER.equals(audience) && this.properties.issuerUri() == null) {
			this.checks.problem("assertion.audience", "is the issuer, which is not known",
					"configure issuer-uri, or write the issuer itself here");
		}
		return audience;
	}

	private Map<String, Object> claims() {
		Map<String, Object> claims = new LinkedHashMap<>();
		Map<String, String> configured = Objects.requireNonNullElse(this.assertion.claims(), Map.of());
		configured.forEach((name, value) -> {
			String key = "assertion.claims." + name;
			if (RESERVED.contains(name)) {
				this.checks.problem(key, "is reserved, because it is made from other keys or anew each time",
						"remove it; see assertion.audience and assertion.lifetime");
			}
			else if (this.checks.isResolved(key, value)) {
				claims.put(name, value);
			}
		});
		return claims;
	}

}
