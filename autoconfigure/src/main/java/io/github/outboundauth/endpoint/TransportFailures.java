/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Says what went wrong on the way to the token endpoint and back.
 */
final class TransportFailures {

	private final TokenEndpointFailures failures;

	TransportFailures(TokenEndpointFailures failures) {
		this.failures = failures;
	}

	/**
	 * Whether something went wrong on the way, rather than in a program.
	 */
	static boolean isOne(Throwable ex) {
		return find(ex, IOException.class) || named(ex, "Timeout");
	}

	/**
	 * A request that got no answer. Only the types of the causes are looked at: their
	 * messages may quote the request.
	 */
	TokenFailure of(Throwable ex) {
		if (find(ex, UnknownHostException.class) || find(ex, UnresolvedAddressException.class)) {
			return this.failures.failure(Kind.PASSING,
					"the host '" + this.failures.endpoint().getHost() + "' cannot be resolved",
					"Check the host name in token-uri, and the name service");
		}
		if (find(ex, CertificateException.class)) {
			return this.failures.failure(Kind.LASTING, "the certificate of the authorization server is not trusted",
					"Add its certificate authority to the trust store of the JVM, and check the host in token-uri");
		}
		if (find(ex, SSLException.class)) {
			return this.failures.failure(Kind.PASSING, "the TLS handshake with the authorization server failed",
					"Check that token-uri has the right scheme and port, and which TLS versions the server speaks");
		}
		if (named(ex, "Timeout")) {
			return this.failures.failure(Kind.PASSING, "the authorization server did not answer in time",
					"Check that it is reachable and fast enough, or raise http.connect-timeout and http.read-timeout");
		}
		if (find(ex, ConnectException.class)) {
			return this.failures.failure(Kind.PASSING, "the connection to " + this.failures.origin() + " was refused",
					"Is the authorization server running? Start it, or correct token-uri");
		}
		if (ex.getCause() == null) {
			return this.failures.failure(Kind.PASSING, "the response was empty",
					"Check that token-uri is a token endpoint", 200, null, null);
		}
		return this.failures.failure(Kind.PASSING, "the connection failed before the response was complete",
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

}
