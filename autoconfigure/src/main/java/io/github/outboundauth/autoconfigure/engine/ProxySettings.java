/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.PatternMatchUtils;

/**
 * A proxy on the way to a server.
 *
 * @param host its host
 * @param port its port
 * @param username who asks it, or {@code null} if it does not want to know
 * @param password the password of the user, or {@code null} for none
 * @param nonProxyHosts hosts that are reached without it, in upper or lower case; an
 * asterisk stands for any characters
 */
public record ProxySettings(String host, int port, @Nullable String username, @Nullable String password,
		List<String> nonProxyHosts) {

	public ProxySettings {
		nonProxyHosts = List.copyOf(nonProxyHosts);
	}

	/**
	 * The host and the port.
	 * @return both, with a colon between
	 */
	public String address() {
		return this.host + ":" + this.port;
	}

	/**
	 * Whether requests to a host go through the proxy.
	 * @param host the host of a URL
	 * @return whether they do
	 */
	public boolean covers(String host) {
		return this.nonProxyHosts.stream()
			.noneMatch((pattern) -> PatternMatchUtils.simpleMatch(normalized(pattern), normalized(host)));
	}

	/**
	 * HTTP clients do not agree whether the brackets belong to an IPv6 address.
	 */
	private static String normalized(String host) {
		return host.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
	}

	/**
	 * What the proxy wants to see, or {@code null} if it does not want to know.
	 */
	@Nullable String authorization() {
		return (this.username != null)
				? "Basic " + HttpHeaders.encodeBasicAuth(this.username, secret(), StandardCharsets.UTF_8) : null;
	}

	/**
	 * The password, which is empty if there is none.
	 */
	String secret() {
		return (this.password != null) ? this.password : "";
	}

	@Override
	public String toString() {
		return "ProxySettings[" + address() + "]";
	}

}
