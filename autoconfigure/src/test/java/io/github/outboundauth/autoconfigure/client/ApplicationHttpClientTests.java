/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An HTTP client that the application gives to a builder stays there, however early the
 * application does so; what becomes of redirects is then said.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationHttpClientTests {

	private static final String REDIRECTS_ARE_UP_TO_IT = "OAuth2 client 'default': an HTTP client that the application"
			+ " gave to a builder is used as it is. Whether it follows redirects, and takes the token along, is up to it";

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "\"api\""));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.base-url=" + this.api.url("/v1"));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@Test
	void thatOfTheFirstCustomizerIsUsed() {
		this.runner.withUserConfiguration(FirstCustomizer.class).run((context) -> {
			context.getBean(RestClient.class).get().uri("/x").retrieve().toBodilessEntity();
			assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
			assertThat(this.api.requests()).singleElement()
				.matches((request) -> "Bearer canary-1".equals(request.header("Authorization")));
		});
	}

	@Test
	void thatOfAnEarlyGroupConfigurerIsUsed() {
		this.runner.withUserConfiguration(EarlyGroupConfigurer.class).run((context) -> {
			context.getBean(Items.class).all();
			assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
			assertThat(this.api.requests()).singleElement()
				.matches((request) -> "Bearer canary-1".equals(request.header("Authorization")));
		});
	}

	@Test
	void thatRedirectsAreUpToItIsSaidOnce(CapturedOutput output) {
		this.runner.withUserConfiguration(FirstCustomizer.class, Services.class)
			.run((context) -> assertThat(output).containsOnlyOnce(REDIRECTS_ARE_UP_TO_IT).contains("INFO"));
	}

	@Test
	void nothingIsSaidOfRedirectsThatNobodyWants(CapturedOutput output) {
		this.runner.withUserConfiguration(FirstCustomizer.class)
			.withPropertyValues("spring.http.clients.redirects=dont-follow")
			.run((context) -> assertThat(output).doesNotContain(REDIRECTS_ARE_UP_TO_IT));
	}

	@Test
	void nothingIsSaidOfRedirectsWhereTheApplicationHasNone(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output).doesNotContain(REDIRECTS_ARE_UP_TO_IT));
	}

	private static ClientHttpRequestFactory counting(AtomicInteger requests) {
		SimpleClientHttpRequestFactory requestFactory = new SimpleClientHttpRequestFactory();
		return (uri, method) -> {
			requests.incrementAndGet();
			return requestFactory.createRequest(uri, method);
		};
	}

	interface Items {

		@GetExchange("/items")
		String all();

	}

	@Configuration(proxyBeanMethods = false)
	static class FirstCustomizer {

		@Bean
		AtomicInteger requests() {
			return new AtomicInteger();
		}

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		RestClientCustomizer customizer(AtomicInteger requests) {
			return (builder) -> builder.requestFactory(counting(requests));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.REST_CLIENT)
	static class Services {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.REST_CLIENT)
	static class EarlyGroupConfigurer {

		@Bean
		AtomicInteger requests() {
			return new AtomicInteger();
		}

		@Bean
		RestClientHttpServiceGroupConfigurer configurer(AtomicInteger requests) {
			return new RestClientHttpServiceGroupConfigurer() {

				@Override
				public void configureGroups(Groups<RestClient.Builder> groups) {
					groups.forEachClient((group, builder) -> builder.requestFactory(counting(requests)));
				}

				@Override
				public int getOrder() {
					return -1;
				}

			};
		}

	}

}
