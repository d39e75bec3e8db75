/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.sample.servers.SampleServersStarter;

/**
 * The client application. An authorization server and an API are started beside it, so
 * that there is somebody to call.
 */
@SpringBootApplication
@EnableScheduling
@ImportHttpServices(group = "default", types = InventoryService.class)
public class SampleApplication {

	public static void main(String[] args) {
		run(args);
	}

	static ConfigurableApplicationContext run(String... args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.addListeners(new SampleServersStarter());
		return application.run(args);
	}

}
