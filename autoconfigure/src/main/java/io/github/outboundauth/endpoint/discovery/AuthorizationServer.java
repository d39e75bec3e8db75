/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an authorization server, from its metadata (RFC 8414 section 2) or
 * from the configuration.
 *
 * @param issuer its issuer identifier, if known
 * @param tokenEndpoint its token endpoint
 * @param mutualTlsTokenEndpoint its token endpoint for clients with a certificate (RFC
 * 8705 section 5), if that is another one
 * @param authenticationMethods the client authentication methods it supports; empty if it
 * does not say
 * @param signingAlgorithms the algorithms of client assertions it supports; empty if it
 * does not say
 * @param remark what an operator should know of it, or {@code null}; a sentence without
 * full stop
 */
public record AuthorizationServer(@Nullable String issuer, URI tokenEndpoint, @Nullable URI mutualTlsTokenEndpoint,
		Set<String> authenticationMethods, Set<String> signingAlgorithms, @Nullable String remark) {

	/**
	 * A server of which no more is known than its token endpoint.
	 * @param tokenEndpoint the token endpoint
	 * @return the server
	 */
	public static AuthorizationServer at(URI tokenEndpoint) {
		return new AuthorizationServer(null, tokenEndpoint, null, Set.of(), Set.of(), null);
	}

	/**
	 * Where a token request goes.
	 * @param mutualTls whether the client has a certificate
	 * @return the token endpoint for that
	 */
	public URI tokenEndpoint(boolean mutualTls) {
		return (mutualTls && this.mutualTlsTokenEndpoint != null) ? this.mutualTlsTokenEndpoint : this.tokenEndpoint;
	}

	/**
	 * The same server with a remark.
	 */
	AuthorizationServer withRemark(@Nullable String remark) {
		return new AuthorizationServer(this.issuer, this.tokenEndpoint, this.mutualTlsTokenEndpoint,
				this.authenticationMethods, this.signingAlgorithms, remark);
	}

}
