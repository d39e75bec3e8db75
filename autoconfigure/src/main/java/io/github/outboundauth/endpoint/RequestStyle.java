/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

/**
 * What servers want of a token request beyond RFC 6749, or in place of it.
 *
 * @param grantType the grant type
 * @param scopeDelimiter what stands between two scopes
 * @param rawBasic whether the credentials of {@code client_secret_basic} are not
 * form-encoded, as RFC 6749 section 2.3.1 wants it
 * @param format how the parameters are sent
 */
public record RequestStyle(String grantType, String scopeDelimiter, boolean rawBasic, Format format) {

	/** What RFC 6749 section 4.4.2 says. */
	public static final RequestStyle STANDARD = new RequestStyle("client_credentials", " ", false, Format.FORM);

	/** The grant whose parameter {@code assertion} is made by the client (RFC 7523). */
	public static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

	/**
	 * How the parameters of a token request are sent.
	 */
	public enum Format {

		/** As a form in the body. */
		FORM,

		/** As a JSON object in the body. */
		JSON,

		/** In the URL, where proxies and logs see them. */
		QUERY

	}

}
