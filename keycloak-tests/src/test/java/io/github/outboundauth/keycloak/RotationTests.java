/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ApplicationContext;

import io.github.outboundauth.testing.TestKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an administrator and a platform change while the application runs. Tokens live for
 * ten seconds here.
 */
@ExtendWith(KeycloakExtension.class)
class RotationTests {

	private final Keycloak keycloak;

	private final KeycloakAdmin admin;

	@TempDir
	private Path directory;

	RotationTests(Keycloak keycloak) {
		this.keycloak = keycloak;
		this.admin = keycloak.admin();
	}

	@Test
	void aNewSecretFailsNoCall() throws Exception {
		Path secret = Files.writeString(this.directory.resolve("secret"), this.admin.changeSecret("changing-secret"));
		Application.of(this.keycloak)
			.withPropertyValues("oauth.client.client-id=changing-secret",
					"oauth.client.client-secret-location=" + secret)
			.run((context) -> {
				assertThat(Application.whoAmI(context)).isEqualTo("service-account-changing-secret");
				Files.writeString(secret, this.admin.changeSecret("changing-secret"));
				callUntilTheTokenIsReplaced(context);
			});
	}

	@Test
	void aNewKeyFailsNoCall() throws Exception {
		TestKey before = TestKey.rsa("before", 2048);
		TestKey after = TestKey.ec("after", "secp256r1");
		this.admin.trust("changing-key", before.jwk());
		Path key = Files.writeString(this.directory.resolve("key.pem"), before.pkcs8());
		Application.of(this.keycloak)
			.withPropertyValues("oauth.client.client-id=changing-key", "oauth.client.assertion.key-location=" + key)
			.run((context) -> {
				assertThat(Application.whoAmI(context)).isEqualTo("service-account-changing-key");
				this.admin.trust("changing-key", before.jwk(), after.jwk());
				Files.writeString(key, after.pkcs8());
				this.admin.trust("changing-key", after.jwk());
				callUntilTheTokenIsReplaced(context);
			});
	}

	private static void callUntilTheTokenIsReplaced(ApplicationContext context) throws Exception {
		String before = Application.token(context).getJWTID();
		Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofMinutes(1)).until(() -> {
			Application.whoAmI(context);
			return !Application.token(context).getJWTID().equals(before);
		});
	}

}
