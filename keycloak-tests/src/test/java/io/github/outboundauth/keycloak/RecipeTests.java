/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.outboundauth.testing.Recipe;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/providers.md} says of Keycloak.
 */
@ExtendWith(KeycloakExtension.class)
class RecipeTests {

	private final Keycloak keycloak;

	RecipeTests(Keycloak keycloak) {
		this.keycloak = keycloak;
	}

	@Test
	void keycloakTakesItsRecipe() {
		Recipe.of("Keycloak")
			.applyTo(
					Application.calling(this.keycloak)
						.withPropertyValues("REALM=outbound", "CLIENT_ID=basic", "CLIENT_SECRET=canary-basic"),
					this.keycloak.realm().replace("/realms/outbound", ""))
			.run((context) -> assertThat(Application.whoAmI(context)).isEqualTo("service-account-basic"));
	}

}
