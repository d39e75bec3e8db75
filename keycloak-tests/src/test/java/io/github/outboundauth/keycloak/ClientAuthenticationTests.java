/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way a client proves itself to Keycloak.
 */
@ExtendWith(KeycloakExtension.class)
class ClientAuthenticationTests {

	private final ApplicationContextRunner runner;

	ClientAuthenticationTests(Keycloak keycloak) {
		this.runner = Application.runner()
			.withPropertyValues("oauth.client.token-uri=" + keycloak.internalRealm() + Application.TOKEN_PATH,
					"oauth.client.base-url=" + keycloak.internalRealm());
	}

	@ParameterizedTest
	@CsvSource({ "basic, client_secret_basic, canary-basic", "post, client_secret_post, canary +/:%&=ö" })
	void aSecretIsEnough(String client, String method, String secret) {
		this.runner
			.withPropertyValues("oauth.client.client-id=" + client,
					"oauth.client.client-authentication-method=" + method, "oauth.client.client-secret=" + secret)
			.run((context) -> {
				assertThat(Application.whoAmI(context)).isEqualTo("service-account-" + client);
				assertThat(Application.token(context).getClaim("azp")).isEqualTo(client);
			});
	}

}
