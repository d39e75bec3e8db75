/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenFailure}.
 */
class TokenFailureTests {

	private static final Instant NEXT = Instant.parse("2026-11-21T08:00:05Z");

	private final TokenFailure refused = new TokenFailure("billing", Kind.LASTING,
			"the authorization server refused the credentials", "Check client-id and client-secret",
			"https://idp.example.com/token", 401, "invalid_client", Duration.ofSeconds(7));

	@Test
	void hasACodeForProgramsThatKnowOAuthErrorsOnly() {
		assertThat(this.refused.code()).isEqualTo("invalid_client");
		assertThat(new TokenFailure("billing", Kind.PASSING, "refused", "Wait").code()).isEqualTo("token_unavailable");
		assertThat(new TokenFailure("billing", Kind.CALLER, "interrupted", "Try again").code()).isEqualTo("caller");
	}

	@Test
	void saysWhatHappenedAndWhatToDo() {
		TokenFailure failure = new TokenFailure("billing", Kind.PASSING, "the connection was refused",
				"Check that the authorization server runs");
		assertThat(failure.message()).isEqualTo(
				"OAuth2 client 'billing': the connection was refused. " + "Check that the authorization server runs.");
	}

	@Test
	void addsTheDetailsThatAreKnown() {
		assertThat(this.refused.withNextAttempt(this.refused.registrationId(), NEXT).message())
			.isEqualTo("OAuth2 client 'billing': the authorization server refused the credentials. "
					+ "Check client-id and client-secret. [endpoint=https://idp.example.com/token, status=401, "
					+ "error=invalid_client, next-attempt=2026-11-21T08:00:05Z]");
	}

	@Test
	void countsTheAttemptsIfThereWereSeveral() {
		assertThat(this.refused.withAttempts(1).message()).doesNotContain("attempts");
		assertThat(this.refused.withAttempts(2).message()).endsWith("error=invalid_client, attempts=2]");
	}

	@Test
	void describesWhatHappenedWithoutWhatToDo() {
		assertThat(this.refused.withNextAttempt(this.refused.registrationId(), NEXT).description())
			.isEqualTo("OAuth2 client 'billing': the authorization server refused the credentials. "
					+ "[endpoint=https://idp.example.com/token, status=401, error=invalid_client]");
	}

	@Test
	void leavesOutTheDetailsThatAreNot() {
		TokenFailure failure = new TokenFailure("billing", Kind.PASSING, "the answer was no JSON", "Check token-uri",
				null, 200, null, null);
		assertThat(failure.message())
			.isEqualTo("OAuth2 client 'billing': the answer was no JSON. Check token-uri. [status=200]");
	}

	@Test
	void endsAQuestionWithoutAFullStop() {
		TokenFailure failure = new TokenFailure("billing", Kind.PASSING, "the answer was no JSON",
				"Does token-uri name a login page?");
		assertThat(failure.message())
			.isEqualTo("OAuth2 client 'billing': the answer was no JSON. Does token-uri name a login page?");
	}

	@Test
	void keepsEverythingElseWhenItLearnsOfTheNextAttempt() {
		assertThat(this.refused.withNextAttempt(this.refused.registrationId(), NEXT)).usingRecursiveComparison()
			.ignoringFields("nextAttempt")
			.isEqualTo(this.refused);
		assertThat(this.refused.withNextAttempt(this.refused.registrationId(), NEXT).nextAttempt()).isEqualTo(NEXT);
	}

	@Test
	void knowsNoDetailsWithoutAnAnswer() {
		TokenFailure failure = new TokenFailure("billing", Kind.CALLER, "the caller was interrupted", "Try again");
		assertThat(failure).isEqualTo(new TokenFailure("billing", Kind.CALLER, "the caller was interrupted",
				"Try again", null, null, null, null));
	}

}
