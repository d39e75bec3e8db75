/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import java.time.Duration;
import java.util.List;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * A Spring Authorization Server and an API that trusts it. The registered client is in
 * {@code servers.yml}, the signing key is made at start.
 */
// Neither this nor the API is a component: the scan of the client, whose package is
// above, must not find them.
@EnableAutoConfiguration
class ServersConfiguration {

	private static final String AUDIENCE = "inventory";

	@Bean
	@Order(1)
	SecurityFilterChain authorizationServer(HttpSecurity http) {
		http.oauth2AuthorizationServer((server) -> http.securityMatcher(server.getEndpointsMatcher()));
		http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
		return http.build();
	}

	@Bean
	OAuth2TokenCustomizer<JwtEncodingContext> audience() {
		return (context) -> context.getClaims().audience(List.of(AUDIENCE));
	}

	@Bean
	TokenRequestCounter tokenRequestCounter() {
		return new TokenRequestCounter();
	}

	@Bean
	@Order(2)
	SecurityFilterChain resourceServer(HttpSecurity http) {
		http.authorizeHttpRequests((requests) -> requests.requestMatchers("/inventory")
			.hasAuthority("SCOPE_inventory.read")
			.requestMatchers("/prices")
			.hasAuthority("SCOPE_prices.read")
			.anyRequest()
			.denyAll());
		http.oauth2ResourceServer((server) -> server.jwt(withDefaults()));
		http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
		return http.build();
	}

	@Bean
	JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys).build();
		// Both servers read the same clock: an expired token is refused to the second.
		decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(
				List.of(new JwtTimestampValidator(Duration.ZERO), new JwtAudienceValidator(AUDIENCE))));
		return decoder;
	}

	@Bean
	RouterFunction<ServerResponse> inventory() {
		List<Item> items = List.of(new Item("bicycle", 12), new Item("bell", 40));
		List<Price> prices = List.of(new Price("bicycle", 480), new Price("bell", 9));
		return RouterFunctions.route()
			.GET("/inventory", (request) -> ServerResponse.ok().body(items))
			.GET("/prices", (request) -> ServerResponse.ok().body(prices))
			.build();
	}

	record Item(String name, int stock) {

	}

	record Price(String name, int price) {

	}

}
