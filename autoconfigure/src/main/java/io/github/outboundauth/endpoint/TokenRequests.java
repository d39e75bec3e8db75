/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.token.TokenFailure;

/**
 * Makes the request of each attempt: endpoints are discovered, credentials change, and an
 * assertion can be used only once. Thread-safe.
 */
@FunctionalInterface
public interface TokenRequests {

	/**
	 * The request of the next attempt. May block, and may be interrupted.
	 * @return the request
	 * @throws io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException
	 * if none can be made now
	 */
	TokenRequest next();

	/**
	 * Learn that a request failed.
	 * @param request the request
	 * @param failure why it failed
	 * @return whether the next one proves the client with something else, so that it may
	 * be tried at once
	 */
	default boolean changedSince(TokenRequest request, TokenFailure failure) {
		return false;
	}

	/**
	 * Whether the next request may have to wait for the token of another registration.
	 * @return whether it may
	 */
	default boolean mayWaitForAnother() {
		return false;
	}

	/**
	 * In what way the token endpoint is known, for messages.
	 * @return the address
	 */
	default Address address() {
		return Address.TOKEN_URI;
	}

}
