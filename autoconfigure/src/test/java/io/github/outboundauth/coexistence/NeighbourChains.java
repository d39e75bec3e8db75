/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.coexistence;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * Filter chains, where there is Spring Security.
 */
final class NeighbourChains {

	private NeighbourChains() {
	}

	/**
	 * The chains of an application in their order, each with the types of its filters.
	 */
	static List<String> of(ApplicationContext context) {
		Stream<String> servlet = context.getBeanProvider(SecurityFilterChain.class)
			.orderedStream()
			.map((chain) -> names(chain.getFilters()));
		Stream<String> reactive = context.getBeanProvider(SecurityWebFilterChain.class)
			.orderedStream()
			.map((chain) -> names(chain.getWebFilters().collectList().block()));
		return Stream.concat(servlet, reactive).toList();
	}

	private static String names(List<?> filters) {
		return String.join(", ", filters.stream().map((filter) -> filter.getClass().getName()).toList());
	}

	@Configuration(proxyBeanMethods = false)
	static class Servlet {

		@Bean
		SecurityFilterChain formLogin(HttpSecurity http) {
			return http
				.authorizeHttpRequests(
						(requests) -> requests.requestMatchers("/open/**").permitAll().anyRequest().authenticated())
				.formLogin(Customizer.withDefaults())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reactive {

		@Bean
		SecurityWebFilterChain formLogin(ServerHttpSecurity http) {
			return http
				.authorizeExchange(
						(exchanges) -> exchanges.pathMatchers("/open/**").permitAll().anyExchange().authenticated())
				.formLogin(Customizer.withDefaults())
				.build();
		}

	}

}
