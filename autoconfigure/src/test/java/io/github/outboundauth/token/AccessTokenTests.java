/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AccessToken} and {@link TokenFetcher.Response}.
 */
class AccessTokenTests {

	private static final String SECRET = "eyJhbGciOiJub25lIn0.s3cr3t";

	private static final Instant ISSUED = Instant.parse("2026-11-21T08:00:00Z");

	@Test
	void printsWithoutItsValue() {
		assertThat(token(SECRET))
			.hasToString("AccessToken[value=******, scopes=[inventory.read], expiresAt=2026-11-21T09:00:00Z]");
	}

	@Test
	void responsePrintsWithoutItsToken() {
		TokenFetcher.Response response = new TokenFetcher.Response(SECRET, Set.of("inventory.read"),
				Duration.ofHours(1), null, 42);
		assertThat(response)
			.hasToString("Response[token=******, scopes=[inventory.read], expiresIn=PT1H, refreshIn=null]");
	}

	@Test
	void givesTheBareValueAndTheFinishedHeader() {
		AccessToken token = token("abc");
		assertThat(token.value()).isEqualTo("abc");
		assertThat(token.headerValue()).isEqualTo("Bearer abc");
	}

	@Test
	void buildsTheHeaderOnce() {
		AccessToken token = token("abc");
		assertThat(token.headerValue()).isSameAs(token.headerValue());
	}

	@Test
	void keepsItsOwnScopes() {
		Set<String> scopes = new HashSet<>(Set.of("read"));
		AccessToken token = new AccessToken("abc", scopes, ISSUED, ISSUED.plusSeconds(60));
		scopes.add("write");
		assertThat(token.scopes()).containsExactly("read").isUnmodifiable();
	}

	@Test
	void saysWhenItWasIssuedAndWhenItExpires() {
		assertThat(token("abc").issuedAt()).isEqualTo(ISSUED);
		assertThat(token("abc").expiresAt()).isEqualTo(ISSUED.plusSeconds(3600));
	}

	@Test
	void isTheSameAsAnotherWithItsValue() {
		AccessToken later = new AccessToken("abc", Set.of(), ISSUED.plusSeconds(1), ISSUED.plusSeconds(2));
		assertThat(token("abc").hasSameValueAs(later)).isTrue();
		assertThat(token("abc").hasSameValueAs(token("abcd"))).isFalse();
	}

	private static AccessToken token(String value) {
		return new AccessToken(value, Set.of("inventory.read"), ISSUED, ISSUED.plusSeconds(3600));
	}

}
