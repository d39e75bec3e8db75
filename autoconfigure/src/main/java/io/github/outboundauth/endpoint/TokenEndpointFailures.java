/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;

import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Says of everything that can go wrong at the token endpoint what it was, what to do, and
 * whether it passes.
 */
final class TokenEndpointFailures {

	private final ClientRegistration client;

	private final Timekeeper time;

	private final URI endpoint;

	private final List<String> credentials;

	TokenEndpointFailures(ClientRegistration client, Timekeeper time) {
		this.client = client;
		this.time = time;
		this.endpoint = URI.create(client.getProviderDetails().getTokenUri());
		this.credentials = credentials(client);
	}

	/**
	 * A successful answer that cannot be read: the next one may be better.
	 */
	TokenEndpointException unusable(String problem, String advice) {
		return new TokenEndpointException(failure(Kind.PASSING, problem, advice, 200, null, null));
	}

	/**
	 * A successful answer that says the wrong thing: the next one will say the same.
	 */
	TokenEndpointException invalid(String problem, String advice) {
		return new TokenEndpointException(failure(Kind.PROTOCOL, problem, advice, 200, null, null));
	}

	/**
	 * An answer that refuses a token.
	 * @param members what the body says, if it says anything
	 */
	TokenEndpointException refusal(int status, HttpHeaders headers, Map<String, Object> members) {
		Duration retryAfter = retryAfter(headers.getFirst(HttpHeaders.RETRY_AFTER));
		if (status >= 300 && status < 400) {
			return new TokenEndpointException(redirect(status, headers.getFirst(HttpHeaders.LOCATION)));
		}
		String error = (members.get("error") instanceof String code && !code.isBlank()) ? code : null;
		String description = (members.get("error_description") instanceof String text) ? text : null;
		if (status == 429 || (status == 503 && retryAfter != null)) {
			return new TokenEndpointException(
					failure(Kind.THROTTLED, problem("the authorization server limits requests", error, description),
							"Make fewer requests, or ask its operator for a higher limit", status, error, retryAfter));
		}
		if (status == 408 || status >= 500 || "temporarily_unavailable".equals(error)) {
			return new TokenEndpointException(failure(Kind.PASSING,
					problem("the authorization server answered with an error", error, description),
					"Check the authorization server", status, error, null));
		}
		return new TokenEndpointException(
				failure(Kind.LASTING, problem("the token request was refused", error, description),
						advice(status, (error != null) ? error : ""), status, error, null));
	}

	private TokenFailure redirect(int status, @Nullable String location) {
		String target = "";
		if (location != null) {
			try {
				target = " to " + Quoted.of(origin(this.endpoint.resolve(location)));
			}
			catch (IllegalArgumentException ex) {
				target = " to an invalid location";
			}
		}
		return failure(Kind.LASTING, "the token endpoint answered with a redirect" + target,
				"Redirects are not followed, because they would disclose the credentials; correct token-uri", status,
				null, null);
	}

	private String problem(String what, @Nullable String error, @Nullable String description) {
		if (error == null) {
			return what;
		}
		return what + " (" + code(error) + ((description != null) ? ": " + printable(description) : "") + ")";
	}

	private String code(String error) {
		String code = withoutCredentials(error);
		return code.matches("[A-Za-z0-9_.-]{1,64}") ? code : Quoted.of(code);
	}

	private String printable(String text) {
		return Quoted.of(withoutCredentials(text));
	}

	/**
	 * Some servers quote the request.
	 */
	private String withoutCredentials(String text) {
		String result = text;
		for (String credential : this.credentials) {
			result = result.replace(credential, "******");
		}
		return result;
	}

	/**
	 * The secret in every form in which it may have been sent, the longest first.
	 */
	private static List<String> credentials(ClientRegistration client) {
		String secret = client.getClientSecret();
		if (secret.isEmpty()) {
			return List.of();
		}
		String encodedSecret = URLEncoder.encode(secret, StandardCharsets.UTF_8);
		String encodedId = URLEncoder.encode(client.getClientId(), StandardCharsets.UTF_8);
		return Stream
			.of(base64(encodedId + ":" + encodedSecret), base64(client.getClientId() + ":" + secret), base64(secret),
					encodedId + ":" + encodedSecret, encodedSecret, encodedSecret.replace("+", "%20"), secret)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList();
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private String advice(int status, String error) {
		return switch (error) {
			case "invalid_client" ->
				"Check client-id, client-secret and client-authentication-method; it is now " + method();
			case "unauthorized_client", "unsupported_grant_type" ->
				"Allow the client credentials grant for this client at the authorization server";
			case "invalid_scope" ->
				"Check scope; asked for was " + this.client.getScopes().stream().map(Quoted::of).toList();
			case "invalid_target" -> "Check audience and resource";
			case "invalid_request" -> "Check scope, audience, resource, parameters and headers";
			default -> advice(status);
		};
	}

	private String advice(int status) {
		return switch (status) {
			case 401 -> "Check client-id, client-secret and client-authentication-method; it is now " + method();
			case 403 -> "Check whether a gateway stands before the authorization server and blocks the request";
			case 404 -> "Check the path of token-uri";
			case 405 -> "Check the path of token-uri; a token endpoint accepts POST";
			default -> "Check the registration of the client at the authorization server";
		};
	}

	private String method() {
		return this.client.getClientAuthenticationMethod().getValue();
	}

	/**
	 * Seconds or a date, as in RFC 9110 section 10.2.3; anything else does not count.
	 */
	private @Nullable Duration retryAfter(@Nullable String value) {
		if (value == null) {
			return null;
		}
		try {
			Duration duration = value.strip().matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(value.strip()))
					: Duration.between(this.time.instant(),
							ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
			return duration.isNegative() ? null : duration;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	TokenFailure failure(Kind kind, String problem, String advice) {
		return failure(kind, problem, advice, null, null, null);
	}

	TokenFailure failure(Kind kind, String problem, String advice, @Nullable Integer status, @Nullable String error,
			@Nullable Duration retryAfter) {
		return new TokenFailure(this.client.getRegistrationId(), kind, problem, advice,
				origin(this.endpoint) + this.endpoint.getRawPath(), status, (error != null) ? code(error) : null,
				retryAfter);
	}

	URI endpoint() {
		return this.endpoint;
	}

	String origin() {
		return origin(this.endpoint);
	}

	private static String origin(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() != -1) ? ":" + uri.getPort() : "");
	}

}
