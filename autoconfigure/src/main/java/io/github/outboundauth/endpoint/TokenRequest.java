/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.util.MultiValueMap;

/**
 * What is sent to the token endpoint. Immutable by convention: nobody writes to the
 * collections.
 *
 * @param client the endpoint, the client, its secret and scopes
 * @param parameters further parameters, sent in addition to those of the grant
 * @param headers further headers; they replace those of the same name
 */
public record TokenRequest(ClientRegistration client, MultiValueMap<String, String> parameters, HttpHeaders headers) {

	@Override
	public String toString() {
		// Spring Security's registration prints its secret.
		return "TokenRequest[client=" + this.client.getRegistrationId() + "]";
	}

}
