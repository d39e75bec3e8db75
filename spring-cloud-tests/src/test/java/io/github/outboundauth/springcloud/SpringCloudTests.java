/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.springcloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignAutoConfiguration;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.cloud.openfeign.security.OAuth2AccessTokenInterceptor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.security.OAuthClientSecurityAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud takes tokens from Spring Security's managers, which ours are.
 */
class SpringCloudTests {

	/** Cannot be switched off with their gateway. */
	private static final String MVC_FILTERS = "org.springframework.cloud.gateway.server.mvc.filter.FilterAutoConfiguration";

	private final List<String> tokenRequests = new CopyOnWriteArrayList<>();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/token", (exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			this.tokenRequests.add(body);
			answer(exchange, "{\"access_token\":\"canary-" + body.replaceAll(".*scope=(\\w+).*", "$1")
					+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
		});
		this.server.createContext("/bills", (exchange) -> {
			this.calls.add(String.valueOf(exchange.getRequestHeaders().get("Authorization")));
			answer(exchange, "{}");
		});
		this.server.start();
	}

	private static void answer(HttpExchange exchange, String json) throws IOException {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/**
	 * Start an application with one of the gateways, or none.
	 */
	private ConfigurableApplicationContext run(Class<?> application, WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(application).web(type)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.properties(Map.of("server.port", 0, "server.address", "127.0.0.1", "spring.security.user.name", "user",
					"spring.security.user.password", "canary", "test.api", url(), "oauth.client.token-uri",
					url() + "/token", "oauth.client.client-id", "orders", "oauth.client.client-secret", "canary"))
			.properties("oauth.client.scope=inventory", "oauth.client.registration.billing.scope=bills",
					"spring.cloud.gateway.server.webmvc.enabled=" + (type == WebApplicationType.SERVLET),
					"spring.cloud.gateway.server.webflux.enabled=" + (type == WebApplicationType.REACTIVE),
					"spring.autoconfigure.exclude=" + ((type == WebApplicationType.SERVLET) ? "" : MVC_FILTERS))
			.properties(properties)
			.run();
	}

	@Test
	void feignClientsCarryTheTokenOfTheRegistration() {
		try (ConfigurableApplicationContext context = run(FeignApplication.class, WebApplicationType.NONE,
				"spring.cloud.openfeign.oauth2.enabled=true",
				"spring.cloud.openfeign.oauth2.client-registration-id=billing")) {
			Bills bills = context.getBean(Bills.class);
			assertThat(bills.get()).isEqualTo("{}");
			assertThat(bills.get()).isEqualTo("{}");
		}
		assertThat(this.calls).containsExactly("[Bearer canary-bills]", "[Bearer canary-bills]");
		assertThat(this.tokenRequests).hasSize(1);
	}

	/**
	 * Which would come before ours for the sake of another that wants to follow it.
	 */
	@Test
	void feignIsConfiguredWhenTheManagerIsKnown() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FollowsFeign.class, FeignAutoConfiguration.class,
					OAuthClientAutoConfiguration.class, OAuthClientSecurityAutoConfiguration.class))
			.withPropertyValues("oauth.client.token-uri=" + url() + "/token", "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "spring.cloud.openfeign.oauth2.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(OAuth2AccessTokenInterceptor.class));
	}

	/**
	 * Of users who are logged in, in whatever way: the gateways relay nothing for others.
	 */
	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void gatewaysPutTheTokenOfTheRegistrationOnTheCallsOfUsers(WebApplicationType type) {
		String route = "spring.cloud.gateway.server." + ((type == WebApplicationType.SERVLET) ? "webmvc" : "webflux")
				+ ".routes[0].";
		try (ConfigurableApplicationContext context = run(GatewayApplication.class, type, route + "id=bills",
				route + "uri=" + url(), route + "predicates[0]=Path=/bills", route + "filters[0]=TokenRelay=billing")) {
			RestClient user = RestClient.builder()
				.baseUrl("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"))
				.defaultHeaders((headers) -> headers.setBasicAuth("user", "canary"))
				.build();
			for (int call = 1; call <= 2; call++) {
				assertThat(user.get().uri("/bills").retrieve().body(String.class)).isEqualTo("{}");
			}
		}
		assertThat(this.calls).containsExactly("[Bearer canary-bills]", "[Bearer canary-bills]");
		assertThat(this.tokenRequests).hasSize(1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.cloud.gateway.config.GatewayClassPathWarningAutoConfiguration")
	@EnableFeignClients(clients = Bills.class)
	static class FeignApplication {

	}

	@AutoConfiguration(after = FeignAutoConfiguration.class)
	@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
	static class FollowsFeign {

	}

	/**
	 * The two gateways warn of each other.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.cloud.gateway.config.GatewayClassPathWarningAutoConfiguration")
	static class GatewayApplication {

	}

	@FeignClient(name = "bills", url = "${test.api}")
	interface Bills {

		@GetMapping("/bills")
		String get();

	}

}
