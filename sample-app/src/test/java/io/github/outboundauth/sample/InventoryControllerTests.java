/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.test.AutoConfigureTestTokens;

import static io.github.outboundauth.test.CallAssert.assertThatCall;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests without any server, and with a mock of the API for all {@code WebClient}s.
 */
@WebMvcTest(InventoryController.class)
@AutoConfigureTestTokens
class InventoryControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private MockApi api;

	@Test
	void callsTheApiWithItsToken() {
		assertThat(this.mvc.get().uri("/inventory")).hasStatusOk().bodyJson().isEqualTo("[]");
		assertThat(this.api.request.url()).hasToString("http://localhost:9000/inventory");
		assertThatCall(this.api.request.headers()).carriesTokenOf("default");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class MockApi implements WebClientCustomizer {

		private volatile ClientRequest request;

		@Override
		public void customize(WebClient.Builder builder) {
			builder.exchangeFunction((request) -> {
				this.request = request;
				return Mono.just(ClientResponse.create(HttpStatus.OK)
					.header("Content-Type", "application/json")
					.body("[]")
					.build());
			});
		}

	}

}
