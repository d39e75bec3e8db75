/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;

/**
 * Knows where the authorization server is, or asks. Thread-safe.
 */
public interface AuthorizationServerLocator {

	/**
	 * Find the server. May block, and may be interrupted.
	 * @param registrationId the registration that asks
	 * @return the server
	 * @throws TokenEndpointException if it cannot be found now
	 */
	AuthorizationServer locate(String registrationId);

	/**
	 * Ask again the next time, because a token request to the server failed.
	 */
	default void doubt() {
	}

	/**
	 * In what way the token endpoint is known, for messages.
	 * @return the address
	 */
	default Address address() {
		return Address.TOKEN_URI;
	}

}
