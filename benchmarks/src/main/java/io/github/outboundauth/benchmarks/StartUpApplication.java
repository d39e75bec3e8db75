/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Starts, prints what that took, and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(StartUpApplication.OwnClients.class)
public class StartUpApplication {

	/** How many APIs it calls. */
	static final String APIS = "apis";

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
	@Import(OwnClients.Registrar.class)
	static class OwnClients {

		static final class Registrar implements BeanRegistrar {

			@Override
			public void register(BeanRegistry registry, Environment environment) {
				int apis = environment.getRequiredProperty(APIS, Integer.class);
				for (int i = 1; i <= apis; i++) {
					registry.registerBean("webClient" + i, WebClient.class, (bean) -> bean.supplier(
							(context) -> context.bean(WebClient.Builder.class).baseUrl("http://127.0.0.1:9").build()));
					registry.registerBean("restClient" + i, RestClient.class, (bean) -> bean.supplier(
							(context) -> context.bean(RestClient.Builder.class).baseUrl("http://127.0.0.1:9").build()));
				}
			}

		}

	}

}
