/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;

/**
 * One way in which a client proves itself to the token endpoint. Thread-safe.
 */
public interface ClientAuthentication {

	/**
	 * The methods that may be used, the preferred one first: which one depends on what
	 * the server supports.
	 * @return at least one method
	 */
	List<ClientAuthenticationMethod> methods();

	/**
	 * What proves the client now, read anew.
	 * @return the credential, or {@code null} if this way needs none
	 * @throws InvalidCredentialException if it cannot be used
	 */
	@Nullable Credential<?> credential();

	/**
	 * Whether what proves the client can change while the application runs.
	 * @return whether it is worth reading anew
	 */
	default boolean isChangeable() {
		return true;
	}

	/**
	 * Add the proof to a request. It is for this request only.
	 * @param request the request
	 * @param server where it goes
	 * @return the request with the proof
	 * @throws InvalidCredentialException if the credential cannot be used
	 */
	TokenRequest authenticate(TokenRequest request, AuthorizationServer server);

	/**
	 * A client that proves nothing in its request: because it need not, or because its
	 * TLS connection does.
	 * @param method the method
	 * @return that way
	 */
	static ClientAuthentication without(ClientAuthenticationMethod method) {
		return new ClientAuthentication() {

			@Override
			public List<ClientAuthenticationMethod> methods() {
				return List.of(method);
			}

			@Override
			public @Nullable Credential<?> credential() {
				return null;
			}

			@Override
			public boolean isChangeable() {
				return false;
			}

			@Override
			public TokenRequest authenticate(TokenRequest request, AuthorizationServer server) {
				return request;
			}

		};
	}

}
