/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.StringUtils;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.discovery.AuthorizationServer;
import io.github.outboundauth.endpoint.discovery.AuthorizationServerLocator;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Makes requests in which a client proves itself, to the server as it is now. Credentials
 * are read anew for each.
 */
public final class AuthenticatedRequests implements TokenRequests {

	/** With these, servers refuse a credential. */
	private static final Set<String> REFUSALS = Set.of("invalid_client", "unauthorized_client", "invalid_grant");

	private final TokenRequest template;

	private final AuthorizationServerLocator servers;

	private final SuppliedValues supplied;

	private final List<ClientAuthentication> proofs;

	private final boolean mutualTls;

	private volatile @Nullable List<?> refused;

	private volatile List<?> presented = List.of();

	private volatile List<?> known = List.of();

	/**
	 * Create a maker of requests.
	 * @param template what they have in common
	 * @param supplied what the application makes for each of them
	 * @param servers knows where they go
	 * @param proofs how the client proves itself, and the assertion that is the grant, if
	 * there is one
	 * @param mutualTls whether the HTTP client has a certificate
	 */
	public AuthenticatedRequests(TokenRequest template, SuppliedValues supplied, AuthorizationServerLocator servers,
			List<ClientAuthentication> proofs, boolean mutualTls) {
		this.template = template;
		this.supplied = supplied;
		this.servers = servers;
		this.proofs = List.copyOf(proofs);
		this.mutualTls = mutualTls;
	}

	@Override
	public TokenRequest next() {
		this.refused = null;
		String id = this.template.client().getRegistrationId();
		AuthorizationServer server = this.servers.locate(id);
		URI endpoint = server.tokenEndpoint(this.mutualTls);
		TokenEndpointFailures failures = new TokenEndpointFailures(id, address(), endpoint, Stream::empty);
		ClientAuthenticationMethod method = method(server, failures);
		if (method.getValue().contains("tls") && !"https".equalsIgnoreCase(endpoint.getScheme())) {
			throw failures.unsent("the token endpoint uses http, where no client certificate can be shown",
					"Have the metadata of the issuer name an https endpoint, also in mtls_endpoint_aliases");
		}
		// Proofs come last, because they may be valid for a moment only.
		TokenRequest request = this.supplied.addTo(this.template.to(endpoint, method, server.remark()), failures);
		try {
			for (ClientAuthentication proof : this.proofs) {
				request = proof.authenticate(request, server);
			}
			this.presented = request.credentialValues();
			return request;
		}
		catch (InvalidCredentialException ex) {
			this.refused = values();
			throw failures.unsent("the credential of the client " + ex.problem(), StringUtils.capitalize(ex.remedy()));
		}
	}

	/**
	 * The first method that the server supports: never one that is weaker than those
	 * configured, and no secret for a server that does not want it.
	 */
	private ClientAuthenticationMethod method(AuthorizationServer server, TokenEndpointFailures failures) {
		List<ClientAuthenticationMethod> methods = this.proofs.get(0).methods();
		Set<String> supported = server.authenticationMethods();
		if (supported.isEmpty() || methods.contains(ClientAuthenticationMethod.NONE)) {
			return methods.get(0);
		}
		return methods.stream()
			.filter((method) -> supported.contains(method.getValue()))
			.findFirst()
			.orElseThrow(() -> failures.unsent(
					"the authorization server supports "
							+ supported.stream().sorted().limit(10).map(failures::quoted).toList()
							+ ", and the client is configured for " + methods.get(0).getValue(),
					"Configure one of these as client-authentication-method, with the credentials it needs"));
	}

	@Override
	public boolean mayWaitForAnother() {
		return !this.supplied.isEmpty();
	}

	@Override
	public boolean changedSince(TokenRequest request, TokenFailure failure) {
		this.servers.doubt();
		this.refused = null;
		boolean refused = failure.kind() == Kind.LASTING
				&& (Objects.equals(failure.status(), 401) || REFUSALS.contains(failure.code()));
		if (!refused || request.credentials().isEmpty()) {
			return false;
		}
		this.refused = request.credentialValues();
		return hasChanged();
	}

	/**
	 * Whether the server refused what the client proved itself with last, and it may come
	 * to have something else.
	 * @return whether it is worth looking for that
	 */
	public boolean awaitsChange() {
		return this.refused != null && this.proofs.stream().anyMatch(ClientAuthentication::isChangeable);
	}

	/**
	 * Whether the client can prove itself with something else than what was refused last.
	 * @return whether another request may succeed
	 */
	public boolean hasChanged() {
		List<?> refused = this.refused;
		List<?> values = values();
		return refused != null && !values.isEmpty() && !values.equals(refused);
	}

	/**
	 * Whether the client proved itself with something else than when this was asked
	 * before.
	 */
	public boolean tookChange() {
		List<?> before = this.known;
		this.known = this.presented;
		return !before.isEmpty() && !before.equals(this.known);
	}

	/**
	 * What proves the client now; empty if something cannot be read.
	 */
	private List<?> values() {
		try {
			return this.proofs.stream()
				.map(ClientAuthentication::credential)
				.filter(Objects::nonNull)
				.map(Credential::value)
				.toList();
		}
		catch (InvalidCredentialException ex) {
			return List.of();
		}
	}

	@Override
	public Address address() {
		return this.servers.address();
	}

}
