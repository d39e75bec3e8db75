/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.FilteredHostException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.endpoint.answer.TransportFailures;
import io.github.outboundauth.endpoint.answer.TransportFailures.TransportException;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Tells what goes wrong at a proxy from what goes wrong behind it: the only connection
 * that a client makes is that to the proxy.
 */
final class ProxiedRequests implements ClientHttpRequestInterceptor {

	/** How HTTP clients say that a proxy made no tunnel, and with which status. */
	private static final Pattern NO_TUNNEL = Pattern.compile("(?:IOException: Tunnel failed"
			+ "|IOException: Unable to tunnel through proxy|HttpResponseException: Unexpected|\\w*ProxyConnectException: )"
			+ "(?:.*?(?:got: |status: |HTTP/1\\.[01] )(\\d{3}))?", Pattern.DOTALL);

	private static final int FORBIDDEN = 403;

	private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

	private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

	private final ProxySettings proxy;

	ProxiedRequests(ProxySettings proxy) {
		this.proxy = proxy;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!this.proxy.covers(request.getURI().getHost())) {
			return execution.execute(request, body);
		}
		ClientHttpResponse response;
		try {
			response = execution.execute(request, body);
		}
		catch (IOException | RuntimeException ex) {
			TransportException known = known(ex, request.getURI());
			if (known != null) {
				throw known;
			}
			throw ex;
		}
		TransportException refusal;
		try {
			refusal = refusal(response, request);
		}
		catch (IllegalArgumentException ex) {
			// A status that is none: whoever reads the response says so.
			return response;
		}
		if (refusal != null) {
			response.close();
			throw refusal;
		}
		return response;
	}

	/**
	 * Some HTTP clients take what a proxy says for the answer.
	 */
	private @Nullable TransportException refusal(ClientHttpResponse response, HttpRequest request) throws IOException {
		int status = response.getStatusCode().value();
		if (status == PROXY_AUTHENTICATION_REQUIRED) {
			return noTunnel(status, request.getURI());
		}
		if ((PASSING.contains(status) || (status == FORBIDDEN && request.getMethod() == HttpMethod.POST))
				&& isPage(response.getHeaders())) {
			return new TransportException((status == FORBIDDEN) ? Kind.LASTING : Kind.PASSING,
					"an error page came through the proxy " + this.proxy.address()
							+ " instead of an answer of the authorization server",
					"Check whether the proxy allows connections to " + origin(request.getURI())
							+ " and can make them, and check the authorization server",
					status);
		}
		return null;
	}

	private static boolean isPage(HttpHeaders headers) {
		try {
			MediaType type = headers.getContentType();
			return type != null && type.isCompatibleWith(MediaType.TEXT_HTML)
					&& !headers.containsHeader(HttpHeaders.RETRY_AFTER);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private @Nullable TransportException known(Throwable ex, URI uri) {
		List<Throwable> causes = Stream.iterate(ex, Objects::nonNull, Throwable::getCause).toList();
		for (Throwable cause : causes) {
			Matcher refusal = NO_TUNNEL.matcher(cause.getClass().getSimpleName() + ": " + cause.getMessage());
			if (refusal.lookingAt()) {
				return noTunnel((refusal.group(1) != null) ? Integer.valueOf(refusal.group(1)) : null, uri);
			}
			if (cause instanceof FilteredHostException filtered) {
				return filtered(filtered.getHost());
			}
		}
		String proxy = "the proxy " + this.proxy.address();
		if (causes.stream()
			.anyMatch(
					(cause) -> cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException)) {
			return passing(proxy + " cannot be resolved", "Check http.proxy.host, and the name service");
		}
		if (causes.stream().anyMatch(ProxiedRequests::isSlow)) {
			return passing("the connection to " + proxy + " was not made in time",
					"Check http.proxy.host and http.proxy.port, and firewalls between, or raise http.connect-timeout");
		}
		if (causes.stream().anyMatch(ConnectException.class::isInstance)) {
			return passing("the connection to " + proxy + " was refused",
					"Is the proxy running? Start it, or correct http.proxy.host and http.proxy.port");
		}
		return null;
	}

	private TransportException filtered(String filteredHost) {
		String host = "the host '" + filteredHost + "', on the way through the proxy " + this.proxy.address() + ", ";
		return TransportFailures.isKnown(filteredHost)
				? new TransportException(Kind.LASTING,
						host + "has no address that the InetAddressFilter of the application accepts",
						"Check that host and http.proxy.host, or have the filter accept it", null)
				: passing(host + "cannot be resolved, which the InetAddressFilter of the application needs",
						"Check that host, and the name service of this machine");
	}

	private static boolean isSlow(Throwable ex) {
		return ex.getClass().getSimpleName().contains("ConnectTimeout") || (ex instanceof SocketTimeoutException
				&& String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT).startsWith("connect"));
	}

	private TransportException noTunnel(@Nullable Integer status, URI uri) {
		String proxy = "the proxy " + this.proxy.address();
		if (status == null || PASSING.contains(status)) {
			return new TransportException(Kind.PASSING, proxy + " made no connection to " + origin(uri),
					"Check whether it can reach the authorization server", status);
		}
		if (status != PROXY_AUTHENTICATION_REQUIRED) {
			return new TransportException(Kind.LASTING, proxy + " refuses to connect to " + origin(uri),
					"Have it allow such connections, or name the host in http.proxy.non-proxy-hosts", status);
		}
		return (this.proxy.username() != null)
				? new TransportException(Kind.LASTING, proxy + " does not accept the credentials",
						"Check http.proxy.username and http.proxy.password", status)
				: new TransportException(Kind.LASTING, proxy + " asks for credentials",
						"Set http.proxy.username and http.proxy.password", status);
	}

	private static TransportException passing(String problem, String advice) {
		return new TransportException(Kind.PASSING, problem, advice, null);
	}

	private static String origin(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() != -1) ? ":" + uri.getPort() : "");
	}

}
