/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.nimbusds.jose.JWSObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AssertionSettingsTests {

	private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.890Z");

	private static final SigningKey KEY = SigningKey.ofSecret("canary".repeat(6), null);

	@Test
	void assertionSaysWhoAsksWhomAndUntilWhen() {
		JWSObject assertion = sign(settings(null, Map.of()));
		assertThat(assertion.getHeader().toJSONObject())
			.isEqualTo(Map.of("alg", "HS256", "typ", "client-authentication+jwt"));
		assertThat(assertion.getPayload().toJSONObject()).containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti")
			.containsEntry("iss", "orders")
			.containsEntry("sub", "orders")
			.containsEntry("aud", "https://idp.example.com")
			.containsEntry("iat", NOW.getEpochSecond())
			.containsEntry("exp", NOW.getEpochSecond() + 60);
	}

	@Test
	void audienceIsAString() {
		assertThat(sign(settings(null, Map.of())).getPayload().toString())
			.contains("\"aud\":\"https://idp.example.com\"");
	}

	@Test
	void everyAssertionHasAnIdOfItsOwn() {
		assertThat(IntStream.range(0, 1000).mapToObj((i) -> claims(settings(null, Map.of())).get("jti")))
			.doesNotHaveDuplicates()
			.allSatisfy((id) -> assertThat(id).asString().hasSizeGreaterThanOrEqualTo(32));
	}

	@Test
	void furtherClaimsComeOnTop() {
		assertThat(claims(settings(null, Map.of("sub", "somebody", "tenant", "canary", "roles", List.of("a", "b")))))
			.containsEntry("iss", "orders")
			.containsEntry("sub", "somebody")
			.containsEntry("tenant", "canary")
			.containsEntry("roles", List.of("a", "b"));
	}

	@Test
	void blankClaimRemovesOneOfOurs() {
		assertThat(claims(settings(null, Map.of("sub", " ", "jti", "")))).containsOnlyKeys("iss", "aud", "iat", "exp");
	}

	@Test
	void emptyTypeLeavesTheHeaderOut() {
		AssertionSettings settings = new AssertionSettings("orders", null, Duration.ofSeconds(60), "", false, Map.of());
		assertThat(sign(settings).getHeader().toJSONObject()).containsOnlyKeys("alg");
	}

	@Test
	void audienceIsTheIssuerIfItIsKnown() {
		AssertionSettings settings = settings(null, Map.of());
		assertThat(settings.audience("https://issuer", "https://issuer/token")).isEqualTo("https://issuer");
		assertThat(settings.audience(null, "https://issuer/token")).isEqualTo("https://issuer/token");
	}

	@Test
	void audienceIsWhatIsAskedFor() {
		assertThat(settings("token-uri", Map.of()).audience("https://issuer", "https://issuer/token"))
			.isEqualTo("https://issuer/token");
		assertThat(settings("issuer", Map.of()).audience("https://issuer", "https://issuer/token"))
			.isEqualTo("https://issuer");
		assertThat(settings("urn:tenant", Map.of()).audience("https://issuer", "https://issuer/token"))
			.isEqualTo("urn:tenant");
		assertThatIllegalStateException()
			.isThrownBy(() -> settings("issuer", Map.of()).audience(null, "https://issuer/token"));
	}

	@Test
	void printNoClaim() {
		assertThat(settings(null, Map.of("tenant", "canary"))).hasToString(
				"AssertionSettings[clientId=orders, audience=null, lifetime=PT1M, type=client-authentication+jwt, "
						+ "certificateThumbprint=false, claims=[tenant]]");
	}

	private static AssertionSettings settings(@Nullable String audience, Map<String, Object> claims) {
		return new AssertionSettings("orders", audience, Duration.ofSeconds(60), "client-authentication+jwt", false,
				claims);
	}

	private static Map<String, Object> claims(AssertionSettings settings) {
		return sign(settings).getPayload().toJSONObject();
	}

	private static JWSObject sign(AssertionSettings settings) {
		try {
			return JWSObject.parse(settings.sign(KEY, "HS256", "https://idp.example.com", NOW));
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
