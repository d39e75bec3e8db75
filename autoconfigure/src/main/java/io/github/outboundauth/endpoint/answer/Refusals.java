/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Says of an answer that refuses a token why it does, what to do, and whether it passes.
 */
final class Refusals {

	private static final String ALLOW_GRANT = "Allow the client credentials grant, or the one of authorization-grant-type, "
			+ "for this client at the authorization server";

	private static final Set<String> SCHEMES = Set.of("basic", "bearer", "digest", "dpop", "negotiate", "ntlm");

	private final ClientRegistration client;

	private final TokenEndpointFailures failures;

	private final Outages outages;

	Refusals(ClientRegistration client, TokenEndpointFailures failures, Timekeeper time) {
		this.client = client;
		this.failures = failures;
		this.outages = new Outages(failures, time);
	}

	/**
	 * An answer that refuses a token.
	 * @param members what the body says, if it says anything
	 */
	TokenEndpointException refusal(int status, HttpHeaders headers, Map<String, @Nullable Object> members) {
		return new TokenEndpointException(failure(status, headers, members));
	}

	private TokenFailure failure(int status, HttpHeaders headers, Map<String, @Nullable Object> members) {
		if (status >= 300 && status < 400) {
			return redirect(status, headers.getFirst(HttpHeaders.LOCATION));
		}
		OAuthError error = OAuthError.in(members);
		String unused = "";
		if (members.get("access_token") instanceof String token && !token.isBlank()) {
			error = error.without(token);
			unused = "; the token it sent is not used";
		}
		String details = details(error) + unused;
		TokenFailure outage = this.outages.failure(status, headers, error, details);
		if (outage != null) {
			return outage;
		}
		String unexplained = (error.code() == null) ? withoutError(status, headers) : "";
		return this.failures.failure(Kind.LASTING, "the token request was refused" + unexplained + details,
				advice(status, (error.code() != null) ? error.code() : ""), status, error.code(), null);
	}

	private TokenFailure redirect(int status, @Nullable String location) {
		return this.failures.failure(Kind.LASTING,
				"the token endpoint answered with a redirect"
						+ ((location != null) ? " to " + this.failures.target(location) : ""),
				"Redirects are not followed, because they would disclose the credentials; correct "
						+ this.failures.address().uri(),
				status, null, null);
	}

	private String details(OAuthError error) {
		ServerText text = this.failures.text();
		String description = (error.description() != null) ? text.quoted(error.description()) : null;
		if (error.code() == null) {
			return (description != null) ? " (" + description + ")" : "";
		}
		return " (" + text.code(error.code()) + ((description != null) ? ": " + description : "") + ")";
	}

	private String withoutError(int status, HttpHeaders headers) {
		MediaType contentType = headers.getContentType();
		String page = (contentType != null)
				? " (content type: " + this.failures.text().code(contentType.toString()) + ")" : "";
		return " without an OAuth error" + page + ((status == 401) ? challenge(headers) : "");
	}

	/**
	 * The scheme only, and only if it is one: anything else may be a credential.
	 */
	private static String challenge(HttpHeaders headers) {
		String challenge = headers.getFirst(HttpHeaders.WWW_AUTHENTICATE);
		String scheme = (challenge != null) ? challenge.strip().split("[\\s,]", 2)[0] : "";
		return SCHEMES.contains(scheme.toLowerCase(Locale.ROOT)) ? "; the server asks for " + scheme + " authentication"
				: "";
	}

	private String advice(int status, String error) {
		return switch (error) {
			case "invalid_client" -> checkCredentials();
			case "unauthorized_client" ->
				ALLOW_GRANT + ". Some servers say so of wrong credentials: " + checkCredentials();
			case "unsupported_grant_type" -> ALLOW_GRANT;
			case "invalid_scope" -> "Check scope; asked for was "
					+ this.client.getScopes().stream().map(this.failures.text()::quoted).toList();
			case "invalid_target" -> "Check audience and resource";
			case "invalid_grant" -> "Check token-uri, authorization-grant-type and parameters; "
					+ "if the assertion is the grant, its key and claims and the clock of this machine";
			case "access_denied" -> "Check audience and scope, and what the authorization server allows this client";
			case "invalid_request" -> "Check scope, audience, resource, parameters and headers";
			case "use_dpop_nonce", "invalid_dpop_proof" ->
				"Have the authorization server issue Bearer tokens to this client; DPoP is not supported";
			default -> advice(status);
		};
	}

	private String advice(int status) {
		return switch (status) {
			case 401 -> checkCredentials();
			case 403 -> "Check whether a gateway stands before the authorization server and blocks the request";
			case 404 -> "Check the path of " + this.failures.address().uri();
			case 405 -> "Check the path of " + this.failures.address().uri() + "; a token endpoint accepts POST";
			case 407 -> "Check the proxy between; it asks for credentials of its own";
			case 415 -> "Check the path of " + this.failures.address().uri() + "; a token endpoint accepts forms";
			default -> "Check the registration of the client at the authorization server";
		};
	}

	private String checkCredentials() {
		ClientAuthenticationMethod method = this.client.getClientAuthenticationMethod();
		String hint = (method.equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				&& (isEncoded(this.client.getClientSecret()) || isEncoded(this.client.getClientId())))
						? ", in which some servers misread reserved characters like those of this client: "
								+ "try client_secret_post, or the other basic-encoding"
						: "";
		return "Check client-id, " + proof(method.getValue()) + " and client-authentication-method; it is now "
				+ method.getValue() + hint;
	}

	private static String proof(String method) {
		return switch (method) {
			case "private_key_jwt" -> "the key or file of assertion, assertion.key-id, assertion.audience";
			case "client_secret_jwt" -> "client-secret, assertion.audience";
			case "none" -> "assertion, headers, parameters";
			case "tls_client_auth", "self_signed_tls_client_auth" -> "the certificate of http.ssl.bundle";
			default -> "client-secret";
		};
	}

	private static boolean isEncoded(String credential) {
		return !URLEncoder.encode(credential, StandardCharsets.UTF_8).equals(credential);
	}

}
