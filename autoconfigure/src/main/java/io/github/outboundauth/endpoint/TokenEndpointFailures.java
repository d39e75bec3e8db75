/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

import javax.net.ssl.SSLException;

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

	TokenEndpointFailures(ClientRegistration client, Timekeeper time) {
		this.client = client;
		this.time = time;
		this.endpoint = URI.create(client.getProviderDetails().getTokenUri());
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
		return new TokenEndpointException(failure(Kind.LASTING, problem, advice, 200, null, null));
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
		return error.matches("[A-Za-z0-9_.-]{1,64}") ? error : printable(error);
	}

	private String printable(String text) {
		String secret = this.client.getClientSecret();
		return Quoted.of(secret.isEmpty() ? text : text.replace(secret, "******"));
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
	 * Whether something went wrong on the way, rather than in a program.
	 */
	boolean isTransport(Throwable ex) {
		return find(ex, IOException.class) || named(ex, "Timeout");
	}

	/**
	 * A request that got no answer. Only the types of the causes are looked at: their
	 * messages may quote the request.
	 */
	TokenFailure transport(Throwable ex) {
		if (find(ex, UnknownHostException.class) || find(ex, UnresolvedAddressException.class)) {
			return failure(Kind.PASSING, "the host '" + this.endpoint.getHost() + "' cannot be resolved",
					"Check the host name in token-uri, and the name service");
		}
		if (find(ex, CertificateException.class)) {
			return failure(Kind.LASTING, "the certificate of the authorization server is not trusted",
					"Add its certificate authority to the trust store of the JVM, and check the host in token-uri");
		}
		if (find(ex, SSLException.class)) {
			return failure(Kind.PASSING, "the TLS handshake with the authorization server failed",
					"Check that token-uri has the right scheme and port, and which TLS versions the server speaks");
		}
		if (named(ex, "Timeout")) {
			return failure(Kind.PASSING, "the authorization server did not answer in time",
					"Check that it is reachable and fast enough, or raise http.connect-timeout and http.read-timeout");
		}
		if (find(ex, ConnectException.class)) {
			return failure(Kind.PASSING, "the connection to " + origin(this.endpoint) + " was refused",
					"Is the authorization server running there?");
		}
		if (ex.getCause() == null) {
			return failure(Kind.PASSING, "the response was empty", "Check that token-uri is a token endpoint", 200,
					null, null);
		}
		return failure(Kind.PASSING, "the connection failed before the response was complete",
				"Check the authorization server and what stands before it");
	}

	private static boolean find(Throwable ex, Class<? extends Throwable> type) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
	}

	private static boolean named(Throwable ex, String part) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause.getClass().getSimpleName().contains(part)) {
				return true;
			}
		}
		return false;
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

	private TokenFailure failure(Kind kind, String problem, String advice) {
		return failure(kind, problem, advice, null, null, null);
	}

	private TokenFailure failure(Kind kind, String problem, String advice, @Nullable Integer status,
			@Nullable String error, @Nullable Duration retryAfter) {
		return new TokenFailure(this.client.getRegistrationId(), kind, problem, advice,
				origin(this.endpoint) + this.endpoint.getRawPath(), status, (error != null) ? code(error) : null,
				retryAfter, null);
	}

	private static String origin(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() != -1) ? ":" + uri.getPort() : "");
	}

}
