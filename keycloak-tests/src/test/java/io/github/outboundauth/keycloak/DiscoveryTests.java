/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * How the token endpoint is found of a server that has two names.
 */
@ExtendWith(KeycloakExtension.class)
class DiscoveryTests {

	private final Keycloak keycloak;

	private final ApplicationContextRunner application;

	DiscoveryTests(Keycloak keycloak) {
		this.keycloak = keycloak;
		this.application = Application.of(keycloak)
			.withPropertyValues("oauth.client.client-id=basic", "oauth.client.client-secret=canary-basic");
	}

	@Test
	void theOtherNameIsNotTheIssuer() {
		this.application.withPropertyValues("oauth.client.issuer-uri=" + this.keycloak.internalRealm())
			.run((context) -> assertThatException().isThrownBy(() -> Application.whoAmI(context))
				.withMessageStartingWith("OAuth2 client 'default': ")
				.withMessageContaining(this.keycloak.realm())
				.withMessageContaining(this.keycloak.internalRealm())
				.withMessageContaining("metadata-uri"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/realms/outbound/.well-known/openid-configuration",
			"/.well-known/oauth-authorization-server/realms/outbound" })
	void theMetadataAreWhereTheyAreSaidToBe(String path) {
		this.application.withPropertyValues("oauth.client.metadata-uri=" + this.keycloak.internalUrl() + path)
			.run((context) -> {
				assertThat(Application.whoAmI(context)).isEqualTo("service-account-basic");
				assertThat(Application.token(context).getIssuer()).isEqualTo(this.keycloak.realm());
			});
	}

}
