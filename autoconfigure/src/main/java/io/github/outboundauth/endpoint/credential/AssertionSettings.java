/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What an assertion says.
 *
 * @param clientId the claims {@code iss} and {@code sub}
 * @param audience the claim {@code aud}: {@link #ISSUER}, {@link #TOKEN_URI} or a
 * literal; {@code null} for the issuer if it is known, else the token URI
 * @param lifetime from issue to expiry, at least one second
 * @param type the header {@code typ}; none if empty
 * @param certificateThumbprint whether to send the header {@code x5t#S256}
 * @param claims further claims, which replace those of the same name; a blank one removes
 * it
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523 section 3</a>
 */
public record AssertionSettings(String clientId, @Nullable String audience, Duration lifetime, String type,
		boolean certificateThumbprint, Map<String, Object> claims) {

	/** The audience is the issuer. */
	public static final String ISSUER = "issuer";

	/** The audience is the token endpoint. */
	public static final String TOKEN_URI = "token-uri";

	public AssertionSettings {
		claims = Map.copyOf(claims);
	}

	/**
	 * The claim {@code aud}.
	 * @param issuer the issuer, if it is known
	 * @param tokenUri the token endpoint
	 * @throws IllegalStateException if the issuer is asked for and not known
	 */
	public String audience(@Nullable String issuer, String tokenUri) {
		if (this.audience == null) {
			return (issuer != null) ? issuer : tokenUri;
		}
		return switch (this.audience) {
			case ISSUER -> {
				if (issuer == null) {
					throw new IllegalStateException("the issuer is not known");
				}
				yield issuer;
			}
			case TOKEN_URI -> tokenUri;
			default -> this.audience;
		};
	}

	/**
	 * Make an assertion, with an id of its own.
	 * @param key signs it
	 * @param algorithm one of the key's algorithms
	 * @param audience the claim {@code aud}, a string: some servers refuse arrays of one
	 * @param now the time of issue
	 * @return the JWT
	 * @throws InvalidCredentialException if the key cannot sign it
	 */
	public String sign(SigningKey key, String algorithm, String audience, Instant now) {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("iss", this.clientId);
		all.put("sub", this.clientId);
		all.put("aud", audience);
		all.put("iat", now.getEpochSecond());
		all.put("exp", now.plus(this.lifetime).getEpochSecond());
		// 122 random bits: whoever can guess it can have the server refuse the assertion.
		all.put("jti", UUID.randomUUID().toString());
		all.putAll(this.claims);
		all.values().removeIf((value) -> value instanceof String text && text.isBlank());
		return key.sign(algorithm, this.type, this.certificateThumbprint, all);
	}

	@Override
	public String toString() {
		return "AssertionSettings[clientId=" + this.clientId + ", audience=" + this.audience + ", lifetime="
				+ this.lifetime + ", type=" + this.type + ", certificateThumbprint=" + this.certificateThumbprint
				+ ", claims=" + this.claims.keySet() + "]";
	}

}
