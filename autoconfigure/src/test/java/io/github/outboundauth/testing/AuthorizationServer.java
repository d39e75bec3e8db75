/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Spring Authorization Server in this JVM, with an API beside it that asks it about every
 * token it gets.
 */
public final class AuthorizationServer implements AutoCloseable {

	public static final String SECRET = "canary+/:ö";

	private final ConfigurableApplicationContext context;

	private final int port;

	private AuthorizationServer(ConfigurableApplicationContext context) {
		this.context = context;
		this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	public static AuthorizationServer start(int port, Duration lifetime) {
		return new AuthorizationServer(new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.logStartupInfo(false)
			.properties(Map.of("server.port", port, "server.address", "127.0.0.1", "test.token-lifetime",
					lifetime.toString(), "oauth.client.enabled", false))
			.run());
	}

	public int port() {
		return this.port;
	}

	public String url(String path) {
		return "http://127.0.0.1:" + this.port + path;
	}

	/**
	 * The token requests since the last time this was asked.
	 */
	public int tokenRequests() {
		return this.context.getBean(TokenRequestCounter.class).count.getAndSet(0);
	}

	public void revoke(String token) {
		RestClient.create()
			.post()
			.uri(url("/oauth2/revoke"))
			.headers((headers) -> headers.setBasicAuth("orders", URLEncoder.encode(SECRET, StandardCharsets.UTF_8)))
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body("token=" + token)
			.retrieve()
			.toBodilessEntity();
	}

	public String[] clientProperties() {
		return new String[] { "oauth.client.token-uri=" + url("/oauth2/token"), "oauth.client.client-id=orders",
				"oauth.client.client-secret=" + SECRET, "oauth.client.scope=inventory.read",
				"oauth.client.base-url=" + url("") };
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		InMemoryRegisteredClientRepository registeredClients(Environment environment) {
			Duration lifetime = environment.getRequiredProperty("test.token-lifetime", Duration.class);
			RegisteredClient.Builder orders = RegisteredClient.withId("orders")
				.clientId("orders")
				.clientSecret("{noop}" + SECRET)
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
				.scope("inventory.read")
				.tokenSettings(TokenSettings.builder()
					.accessTokenTimeToLive(lifetime)
					.accessTokenFormat(OAuth2TokenFormat.REFERENCE)
					.build());
			RegisteredClient.Builder api = RegisteredClient.withId("api")
				.clientId("api")
				.clientSecret("{noop}secret")
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
			return new InMemoryRegisteredClientRepository(orders.build(), api.build());
		}

		@Bean
		@Order(1)
		SecurityFilterChain authorizationServer(HttpSecurity http) {
			return http.oauth2AuthorizationServer((server) -> http.securityMatcher(server.getEndpointsMatcher()))
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.build();
		}

		@Bean
		@Order(2)
		SecurityFilterChain api(HttpSecurity http, Environment environment) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_inventory.read"))
				.oauth2ResourceServer((server) -> server
					.opaqueToken((token) -> token.introspector((value) -> introspect(value, environment))))
				.build();
		}

		private static OAuth2AuthenticatedPrincipal introspect(String token, Environment environment) {
			String uri = "http://127.0.0.1:" + environment.getProperty("local.server.port") + "/oauth2/introspect";
			return SpringOpaqueTokenIntrospector.withIntrospectionUri(uri)
				.clientId("api")
				.clientSecret("secret")
				.build()
				.introspect(token);
		}

		@Bean
		TokenRequestCounter tokenRequestCounter() {
			return new TokenRequestCounter();
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> countingFilter(TokenRequestCounter counter) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(counter);
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
			filter.addUrlPatterns("/oauth2/token");
			return filter;
		}

		@Bean
		Inventory inventory() {
			return new Inventory();
		}

	}

	@RestController
	static class Inventory {

		@GetMapping("/inventory/items")
		Map<String, Integer> items() {
			return Map.of("apples", 3);
		}

	}

	static class TokenRequestCounter extends OncePerRequestFilter {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			this.count.incrementAndGet();
			chain.doFilter(request, response);
		}

	}

}
