/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The authorization server and the API while they run, in an application context that
 * shares nothing with the client's.
 */
public final class SampleServers implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private SampleServers(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static SampleServers start(String port, String tokenLifetime) {
		// Arguments are stronger than the environment, which speaks to the client.
		return new SampleServers(
				new SpringApplicationBuilder(ServersConfiguration.class).web(WebApplicationType.SERVLET)
					.bannerMode(Banner.Mode.OFF)
					.logStartupInfo(false)
					.registerShutdownHook(false)
					.run("--spring.config.name=servers", "--server.port=" + port,
							"--sample.servers.token-lifetime=" + tokenLifetime));
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * How often the authorization server was asked for a token.
	 * @return the token requests so far, refused ones included
	 */
	public long tokenRequests() {
		return this.context.getBean(TokenRequestCounter.class).requests();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
