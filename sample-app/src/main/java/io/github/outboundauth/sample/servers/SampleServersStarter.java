/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * Starts the servers before the client and stops them after it. With the profile
 * {@code external} there are none.
 */
public final class SampleServersStarter implements ApplicationListener<SpringApplicationEvent> {

	private static final Log logger = LogFactory.getLog(SampleServersStarter.class);

	private static final String PORT = "sample.servers.port";

	private @Nullable SampleServers servers;

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
			start(prepared.getEnvironment());
		}
		else if (this.servers != null && event instanceof ApplicationContextInitializedEvent initialized) {
			handOver(this.servers, (GenericApplicationContext) initialized.getApplicationContext());
		}
		else if (this.servers != null && event instanceof ApplicationFailedEvent) {
			this.servers.close();
		}
	}

	private void start(ConfigurableEnvironment environment) {
		if (environment.acceptsProfiles(Profiles.of("external"))) {
			return;
		}
		try {
			this.servers = SampleServers.start(environment.getRequiredProperty(PORT),
					environment.getRequiredProperty("sample.servers.token-lifetime"));
		}
		catch (RuntimeException ex) {
			logger.error("The servers of the sample did not start. Their port is set by " + PORT
					+ "; 0 takes any that is free.");
			throw ex;
		}
		int port = this.servers.port();
		// Port 0 has become a real one, to which the URLs of the client refer.
		environment.getPropertySources().addFirst(new MapPropertySource("sampleServers", Map.of(PORT, port)));
		logger.info("The authorization server and the API run on http://localhost:" + port);
	}

	/**
	 * The first bean of a context is the last one to be closed.
	 */
	private static void handOver(SampleServers servers, GenericApplicationContext client) {
		client.registerBean(SampleServers.class, () -> servers);
	}

}
