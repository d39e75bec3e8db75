/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.time.Duration;
import java.time.Instant;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What becomes of calls when Keycloak refuses the client, or its token.
 */
@ExtendWith(KeycloakExtension.class)
class RefusalTests {

	private final Keycloak keycloak;

	private final ApplicationContextRunner runner;

	RefusalTests(Keycloak keycloak) {
		this.keycloak = keycloak;
		this.runner = Application.runner()
			.withPropertyValues("oauth.client.token-uri=" + keycloak.internalRealm() + Application.TOKEN_PATH,
					"oauth.client.base-url=" + keycloak.internalRealm());
	}

	@ParameterizedTest
	@CsvSource({ "basic, unauthorized_client", "nobody, invalid_client" })
	void aWrongSecretAndAnUnknownClientAreTold(String client, String error) {
		this.runner.withPropertyValues("oauth.client.client-id=" + client, "oauth.client.client-secret=canary-wrong")
			.run((context) -> assertThatException().isThrownBy(() -> Application.whoAmI(context))
				.withMessageStartingWith("OAuth2 client 'default': the token request was refused (" + error
						+ ": \"Invalid client or Invalid client credentials\"). ")
				.withMessageContaining("Check client-id, client-secret and client-authentication-method")
				.withMessageContaining("status=401, error=" + error));
	}

	@Test
	void aRevokedTokenHealsInOneCall() {
		this.runner.withPropertyValues("oauth.client.client-id=basic", "oauth.client.client-secret=canary-basic")
			.run((context) -> {
				Application.whoAmI(context);
				Instant issued = Application.token(context).getIssueTime().toInstant();
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> Instant.now().isAfter(issued.plusSeconds(1)));
				this.keycloak.admin().revokeTokensBefore(issued.getEpochSecond() + 1);
				assertThat(Application.whoAmI(context)).isEqualTo("service-account-basic");
				assertThat(Application.token(context).getIssueTime()).isAfter(issued);
			});
	}

}
