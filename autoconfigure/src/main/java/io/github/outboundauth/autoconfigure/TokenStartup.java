/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.springframework.context.SmartLifecycle;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;
import io.github.outboundauth.token.TokenSources;

/**
 * Fetches the tokens that are wanted when the application starts, before it serves
 * requests.
 */
final class TokenStartup implements SmartLifecycle {

	private final OAuthClientRegistrations registrations;

	private final TokenSources sources;

	private volatile boolean running;

	TokenStartup(OAuthClientRegistrations registrations, TokenSources sources) {
		this.registrations = registrations;
		this.sources = sources;
	}

	@Override
	public void start() {
		this.running = true;
		for (OAuthClientRegistration registration : this.registrations.all()) {
			if (registration.startup() != Startup.LAZY) {
				this.sources.get(registration.id()).token();
			}
		}
		for (OAuthClientRegistration registration : this.registrations.all()) {
			if (registration.startup() == Startup.REQUIRED) {
				this.sources.get(registration.id()).await();
			}
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return 0;
	}

}
