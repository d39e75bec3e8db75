/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.PatternMatchUtils;

/**
 * A proxy on the way to the token endpoint.
 *
 * @param host its host
 * @param port its port
 * @param username who asks it, or {@code null} if it does not want to know
 * @param password the password of the user
 * @param nonProxyHosts hosts that are reached without it, in any case; an asterisk at the
 * beginning or the end stands for anything
 */
public record ProxySettings(String host, int port, @Nullable String username, @Nullable String password,
		List<String> nonProxyHosts) {

	public ProxySettings {
		nonProxyHosts = List.copyOf(nonProxyHosts);
	}

	@Override
	public String toString() {
		return "ProxySettings[" + this.host + ":" + this.port + "]";
	}

}
