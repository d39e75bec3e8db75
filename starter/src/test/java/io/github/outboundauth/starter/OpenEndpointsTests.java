/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A web application that adds the starter, and nothing else of security, stays as open as
 * it was.
 */
@ExtendWith(OutputCaptureExtension.class)
class OpenEndpointsTests {

	@Test
	void putsNoLoginPageBeforeTheApplication(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = start()) {
			HttpResponse<String> response = get(context, "/hello");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("hello");
			assertThat(response.headers().map()).doesNotContainKeys("www-authenticate", "location", "x-frame-options");
			assertThat(get(context, "/login").statusCode()).isEqualTo(404);
			assertThat(output.getAll()).doesNotContain("generated security password").doesNotContain("s3cret");
		}
	}

	@Test
	void hasTheClientsWithoutFurtherAdo() {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(WebClient.class)).isNotNull();
			assertThat(context.getBean(RestClient.class)).isNotNull();
		}
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class)
			.properties(Map.of("server.port", 0, "oauth.client.token-uri", "https://idp.example.com/token",
					"oauth.client.client-id", "orders", "oauth.client.client-secret", "s3cret"))
			.run();
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path)
			throws IOException, InterruptedException {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Hello hello() {
			return new Hello();
		}

	}

	@RestController
	static class Hello {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

	}

}
