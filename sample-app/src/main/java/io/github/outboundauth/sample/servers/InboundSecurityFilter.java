/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Keeps Boot's security for inbound requests away from the client. A real client
 * application does not have it: the starter does not bring it. Here it is on the class
 * path only because the servers share it, and would put a login page before the client's
 * endpoints.
 */
final class InboundSecurityFilter implements AutoConfigurationImportFilter, EnvironmentAware {

	private boolean wanted;

	@Override
	public void setEnvironment(Environment environment) {
		this.wanted = environment.getProperty("sample.inbound-security", Boolean.class, false);
	}

	@Override
	public boolean[] match(@Nullable String[] classNames, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[classNames.length];
		for (int i = 0; i < classNames.length; i++) {
			String className = classNames[i];
			matches[i] = this.wanted || className == null
					|| !className.startsWith("org.springframework.boot.security.");
		}
		return matches;
	}

}
