/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AuthorizationException;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Says what went wrong on the way to the token endpoint and back. The causes are looked
 * at and never quoted: their messages may hold the request or the answer.
 */
public final class TransportFailures {

	/** What HTTP clients call it when an answer is not HTTP, or too much of it. */
	private static final Set<String> NOT_HTTP = Set.of("ProtocolException", "ClientProtocolException",
			"HttpResponseException", "ParseException", "TooLongHttpHeaderException", "TooLongHttpLineException",
			"InvalidLineSeparatorException", "IllegalArgumentException", "NumberFormatException");

	/** With this Spring Boot refuses an address in the name of the application. */
	private static final String FILTERED = "FilteredHostException";

	private static final Pattern ANOTHER_HOST = Pattern
		.compile("No name matching|No subject alternative|doesn't match|does not match", Pattern.CASE_INSENSITIVE);

	/** With these alerts (RFC 8446 section 6.2) servers refuse a client certificate. */
	private static final List<String> REFUSED_CERTIFICATE = List.of("bad_certificate", "certificate_required",
			"received fatal alert: certificate_unknown", "received fatal alert: certificate_revoked",
			"received fatal alert: unsupported_certificate", "received fatal alert: unknown_ca",
			"received fatal alert: access_denied");

	private final TokenEndpointFailures failures;

	/**
	 * Create a maker of failures.
	 * @param failures of the address that is asked
	 */
	public TransportFailures(TokenEndpointFailures failures) {
		this.failures = failures;
	}

	/**
	 * Whether something went wrong on the way, rather than in a program.
	 * @param ex what was thrown
	 * @return whether {@link #of(RuntimeException)} explains it
	 */
	public static boolean isOne(RuntimeException ex) {
		return has(ex, IOException.class) || named(ex, "Timeout") || named(ex, FILTERED)
				|| ex.getClass().getSimpleName().equals("HttpResponseException");
	}

	/**
	 * A request that got no answer, or not the whole of it.
	 * @param ex what was thrown
	 * @return what went wrong
	 */
	public TokenFailure of(RuntimeException ex) {
		if (ex instanceof OAuth2AuthorizationException refusal
				&& TokenFetcher.REQUEST.equals(refusal.getError().getErrorCode())) {
			return this.failures.failure(Kind.LASTING,
					"the token request itself passes through the interceptor that adds the token",
					"Remove the interceptor from the ClientHttpRequestFactoryBuilder bean, which every HTTP client is "
							+ "made with, and add it to the clients that need it");
		}
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof TransportException known) {
				return this.failures.failure(known.kind, known.problem, known.advice, known.status, null, null);
			}
		}
		boolean filtered = named(ex, FILTERED);
		if (filtered && isKnown(host())) {
			return lasting(
					"the host '" + host() + "' has no address that the InetAddressFilter of the application accepts",
					"Check the host in " + name() + ", or have the filter accept it");
		}
		if (filtered || has(ex, UnknownHostException.class) || has(ex, UnresolvedAddressException.class)) {
			return passing("the host '" + host() + "' cannot be resolved",
					"Check the host name in " + name() + ", and the name service");
		}
		TokenFailure certificate = certificate(ex);
		if (certificate != null) {
			return certificate;
		}
		if (has(ex, SSLException.class)) {
			return handshake(ex);
		}
		if (named(ex, "ConnectTimeout") || any(ex, TransportFailures::isSlowConnect)) {
			return passing("the connection to " + this.failures.origin() + " was not made in time",
					"Check the host and the port in " + name()
							+ ", and firewalls between, or raise http.connect-timeout");
		}
		if (named(ex, "Timeout")) {
			return passing("the authorization server did not answer in time",
					"Check that it is reachable and fast enough, or raise http.connect-timeout and http.read-timeout");
		}
		if (has(ex, ConnectException.class)) {
			return passing("the connection to " + this.failures.origin() + " was refused",
					"Is the authorization server running? Start it, or correct " + name());
		}
		if (named(ex, "ZipException") || named(ex, "DecompressionException")) {
			return passing("the response is compressed and damaged",
					"Check the authorization server and what stands before it");
		}
		if (any(ex, (cause) -> NOT_HTTP.contains(cause.getClass().getSimpleName()))) {
			return passing("the response is no HTTP that the HTTP client understands",
					"Check the scheme and the port of " + name() + ", and what stands before the authorization server");
		}
		return passing("the connection failed before the response was complete",
				"Check the authorization server and what stands before it");
	}

	/**
	 * Whether the name service knows a host. The JDK's client takes one that has no
	 * address at all for one whose addresses are filtered.
	 * @param host a name or an address
	 * @return whether it has an address; may wait for the name service
	 */
	public static boolean isKnown(String host) {
		try {
			InetAddress.getByName(host);
			return true;
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	private @Nullable TokenFailure certificate(RuntimeException ex) {
		if (has(ex, CertificateExpiredException.class) || has(ex, CertificateNotYetValidException.class)) {
			return lasting("the certificate of the authorization server has expired or is not valid yet",
					"Have it renewed, and check the clock of this machine");
		}
		if (has(ex, SSLPeerUnverifiedException.class) || any(ex, TransportFailures::isOfAnotherHost)) {
			return lasting("the certificate of the authorization server is not for the host '" + host() + "'",
					"Correct the host in " + name() + ", or have the certificate name it");
		}
		if (has(ex, CertificateException.class)) {
			return lasting("the certificate of the authorization server is not trusted",
					"Add its certificate authority to the trust store of the JVM, "
							+ "or to the SSL bundle of http.ssl.bundle");
		}
		return null;
	}

	private TokenFailure handshake(RuntimeException ex) {
		if (said(ex, "received fatal alert: certificate_expired")) {
			return lasting("the certificate of the client has expired, says the authorization server",
					"Have the certificate in the SSL bundle of http.ssl.bundle renewed");
		}
		if (REFUSED_CERTIFICATE.stream().anyMatch((alert) -> said(ex, alert))) {
			return lasting("the authorization server asks for a client certificate, or for another one",
					"Put it into an SSL bundle, and name that as http.ssl.bundle");
		}
		if (said(ex, "received fatal alert: handshake_failure")) {
			return lasting(
					"the authorization server refused the TLS handshake, as one does that wants a client certificate",
					"If it wants one put it into an SSL bundle, and name that as http.ssl.bundle; otherwise check which "
							+ "TLS versions and ciphers the server speaks");
		}
		if (named(ex, "NotSslRecord") || said(ex, "unrecognized ssl message")) {
			return lasting("the server does not speak TLS on this port",
					"Is it http instead of https? Correct the scheme or the port of " + name());
		}
		return passing("the TLS handshake with the authorization server failed",
				"Check that " + name() + " has the right scheme and port, and which TLS versions the server speaks");
	}

	private TokenFailure passing(String problem, String advice) {
		return this.failures.failure(Kind.PASSING, problem, advice);
	}

	private TokenFailure lasting(String problem, String advice) {
		return this.failures.failure(Kind.LASTING, problem, advice);
	}

	private String name() {
		return this.failures.address().uri();
	}

	private String host() {
		return this.failures.endpoint().getHost();
	}

	private static boolean isSlowConnect(Throwable ex) {
		return ex instanceof SocketTimeoutException && ex.getMessage() != null
				&& ex.getMessage().toLowerCase(Locale.ROOT).startsWith("connect");
	}

	/**
	 * The JDK has no type of its own for a certificate of another host, and trust
	 * managers throw the same for other reasons.
	 */
	private static boolean isOfAnotherHost(Throwable ex) {
		return ex.getClass() == CertificateException.class && ex.getMessage() != null
				&& ANOTHER_HOST.matcher(ex.getMessage()).find();
	}

	private static boolean has(Throwable ex, Class<? extends Throwable> type) {
		return any(ex, type::isInstance);
	}

	private static boolean named(Throwable ex, String part) {
		return any(ex, (cause) -> cause.getClass().getSimpleName().contains(part));
	}

	private static boolean said(Throwable ex, String part) {
		return any(ex, (cause) -> cause instanceof SSLException && cause.getMessage() != null
				&& cause.getMessage().toLowerCase(Locale.ROOT).contains(part));
	}

	private static boolean any(Throwable ex, Predicate<Throwable> condition) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (condition.test(cause)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Something went wrong on the way, and the HTTP client knows what.
	 */
	public static final class TransportException extends IOException {

		private static final long serialVersionUID = 1L;

		private final Kind kind;

		private final String problem;

		private final String advice;

		private final @Nullable Integer status;

		/**
		 * Create an exception.
		 * @param kind what to do about it
		 * @param problem what went wrong; one sentence without its full stop
		 * @param advice what to do; one sentence without its full stop
		 * @param status the HTTP status that said so, if one did
		 */
		public TransportException(Kind kind, String problem, String advice, @Nullable Integer status) {
			super(problem);
			this.kind = kind;
			this.problem = problem;
			this.advice = advice;
			this.status = status;
		}

	}

}
