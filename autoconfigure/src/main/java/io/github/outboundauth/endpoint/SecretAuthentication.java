/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.List;
import java.util.function.Supplier;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;

/**
 * A shared secret, sent in a header or in the body (RFC 6749 section 2.3.1).
 *
 * @param methods the methods that may be used
 * @param secrets gives the secret
 * @param isChangeable whether that can change
 */
public record SecretAuthentication(List<ClientAuthenticationMethod> methods, Supplier<Credential<String>> secrets,
		boolean isChangeable) implements ClientAuthentication {

	@Override
	public Credential<?> credential() {
		return this.secrets.get();
	}

	@Override
	public TokenRequest authenticate(TokenRequest request, AuthorizationServer server) {
		return request.withSecret(this.secrets.get());
	}

}
