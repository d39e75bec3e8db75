/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.testing.TestKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What becomes of calls when Keycloak refuses the client, or its token.
 */
@ExtendWith(KeycloakExtension.class)
class RefusalTests {

	private final Keycloak keycloak;

	private final ApplicationContextRunner application;

	RefusalTests(Keycloak keycloak) {
		this.keycloak = keycloak;
		this.application = Application.of(keycloak);
	}

	@ParameterizedTest
	@CsvSource({ "basic, unauthorized_client", "nobody, invalid_client" })
	void aWrongSecretAndAnUnknownClientAreTold(String client, String error) {
		this.application
			.withPropertyValues("oauth.client.client-id=" + client, "oauth.client.client-secret=canary-wrong")
			.run((context) -> assertThatException().isThrownBy(() -> Application.whoAmI(context))
				.withMessageStartingWith("OAuth2 client 'default': the token request was refused (" + error
						+ ": \"Invalid client or Invalid client credentials\"). ")
				.withMessageContaining("Check client-id, client-secret and client-authentication-method")
				.withMessageContaining("status=401, error=" + error));
	}

	@Test
	void anAssertionForAnotherNameIsTold(@TempDir Path directory) throws Exception {
		TestKey key = TestKey.rsa("rsa", 2048);
		this.keycloak.admin().trust("key", key.jwk());
		Application.calling(this.keycloak)
			.withPropertyValues(
					"oauth.client.token-uri=" + this.keycloak.internalRealm() + "/protocol/openid-connect/token",
					"oauth.client.client-id=key",
					"oauth.client.assertion.key-location=" + Files.writeString(directory.resolve("key"), key.pkcs8()))
			.run((context) -> assertThatException().isThrownBy(() -> Application.whoAmI(context))
				.withMessageStartingWith(
						"OAuth2 client 'default': the token request was refused (invalid_client: \"Invalid token audience\"). ")
				.withMessageContaining("assertion.audience"));
	}

	@Test
	void aGrantThatIsOffIsTold() {
		this.application
			.withPropertyValues("oauth.client.client-id=basic", "oauth.client.client-secret=canary-basic",
					"oauth.client.authorization-grant-type=urn:ietf:params:oauth:grant-type:token-exchange",
					"oauth.client.parameters.subject_token=canary",
					"oauth.client.parameters.subject_token_type=urn:ietf:params:oauth:token-type:access_token")
			.run((context) -> assertThatException().isThrownBy(() -> Application.whoAmI(context))
				.withMessageContaining("Standard token exchange is not enabled for the requested client"));
	}

	@Test
	void aRevokedTokenHealsInOneCall() {
		this.application.withPropertyValues("oauth.client.client-id=basic", "oauth.client.client-secret=canary-basic")
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
