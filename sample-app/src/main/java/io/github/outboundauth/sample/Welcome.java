/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says what there is to open.
 */
@Component
class Welcome {

	private static final Log logger = LogFactory.getLog(Welcome.class);

	private final Environment environment;

	Welcome(Environment environment) {
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void welcome() {
		logger.info("""
				The sample is running. Open one of these; Ctrl-C ends it.

				    http://localhost:%1$s/                         what happened so far
				    http://localhost:%1$s/inventory                the API, called with a WebClient
				    http://localhost:%1$s/inventory/rest-client    with a RestClient
				    http://localhost:%1$s/inventory/http-service   with an HTTP service interface
				    http://localhost:%1$s/prices                   with the client of another registration
				""".formatted(this.environment.getProperty("local.server.port")));
	}

}
