/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.endpoint.ClientAuthentication;
import io.github.outboundauth.endpoint.SecretAuthentication;
import io.github.outboundauth.endpoint.credential.Credential;

import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_BASIC;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_POST;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.NONE;

/**
 * Makes of what is configured for one registration the way in which its client proves
 * itself.
 */
final class CredentialMapper {

	private static final String METHOD = "client-authentication-method";

	private static final List<ClientAuthenticationMethod> METHODS = List.of(CLIENT_SECRET_BASIC, CLIENT_SECRET_POST,
			NONE);

	private final OAuthClientProperties properties;

	private final PropertyChecks checks;

	CredentialMapper(OAuthClientProperties properties, PropertyChecks checks) {
		this.properties = properties;
		this.checks = checks;
	}

	List<ClientAuthentication> proofs() {
		ClientAuthenticationMethod method = method();
		if (NONE.equals(method)) {
			if (this.properties.clientSecret() != null) {
				this.checks.problem("client-secret", "is not used by the method none", "remove one of the two");
			}
			return List.of(ClientAuthentication.without(NONE));
		}
		String secret = this.checks.text("client-secret", this.properties.clientSecret(),
				"write a placeholder such as ${CLIENT_SECRET} and set it in the environment");
		Credential<String> credential = new Credential<>((secret != null) ? secret : "", null);
		return List.of(new SecretAuthentication(
				(method != null) ? List.of(method) : List.of(CLIENT_SECRET_BASIC, CLIENT_SECRET_POST),
				() -> credential));
	}

	private @Nullable ClientAuthenticationMethod method() {
		String value = this.properties.clientAuthenticationMethod();
		if (value == null) {
			return null;
		}
		ClientAuthenticationMethod method = new ClientAuthenticationMethod(value.strip().replace('-', '_'));
		if (!METHODS.contains(method)) {
			this.checks.problem(METHOD, "is not one that this version supports",
					"write one of " + METHODS.stream().map(ClientAuthenticationMethod::getValue).toList());
			return null;
		}
		return method;
	}

}
