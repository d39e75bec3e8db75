/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Starts, prints what that took, and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(StartUpApplication.OwnClients.class)
public class StartUpApplication {

	/**
	 * Start the application.
	 * @param arguments those of Spring Boot
	 */
	public static void main(String... arguments) {
		SpringApplication.run(StartUpApplication.class, arguments);
		long elapsed = ManagementFactory.getRuntimeMXBean().getUptime();
		long cpu = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
		System.out.println(elapsed + " " + cpu / 1_000_000);
		Runtime.getRuntime().halt(0);
	}

	/**
	 * The clients of an application that has none of ours.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.github.outboundauth.token.TokenSources")
	static class OwnClients {

		@Bean
		WebClient webClient(WebClient.Builder builder) {
			return builder.baseUrl("http://127.0.0.1:9").build();
		}

		@Bean
		RestClient restClient(RestClient.Builder builder) {
			return builder.baseUrl("http://127.0.0.1:9").build();
		}

	}

}
