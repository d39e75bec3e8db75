/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.restclient.test.MockServerRestClientCustomizer;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static io.github.outboundauth.test.CallAssert.assertThatCall;
import static io.github.outboundauth.test.TokenRequestMatchers.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

/**
 * Tests for test classes with a part of the application.
 */
class TestTokensSliceTests {

	@Nested
	@RestClientTest(properties = "spring.config.name=shop")
	@AutoConfigureTestTokens
	class OfRestClients {

		@Autowired
		private MockServerRestClientCustomizer servers;

		@Autowired
		@Qualifier("billing")
		private RestClient billing;

		@Test
		void callTheMockServerWithTheirTokens() {
			for (MockRestServiceServer server : this.servers.getServers().values()) {
				server.expect(requestTo("https://billing.example.com/invoices"))
					.andExpect(tokenOf("billing"))
					.andRespond(withSuccess());
			}
			this.billing.get().uri("/invoices").retrieve().toBodilessEntity();
		}

	}

	@Nested
	@WebMvcTest(StockController.class)
	@AutoConfigureTestTokens
	@Import({ RecordedCalls.class, StockController.class })
	class OfControllers {

		@Autowired
		private MockMvcTester mvc;

		@Autowired
		private RecordedCalls calls;

		@Test
		void haveTheirClients() {
			assertThat(this.mvc.get().uri("/stock")).hasStatusOk();
			assertThatCall(this.calls.single()).carriesTokenOf("default");
		}

	}

	@RestController
	static class StockController {

		private final WebClient webClient;

		StockController(WebClient webClient) {
			this.webClient = webClient;
		}

		@GetMapping("/stock")
		void stock() {
			this.webClient.get().uri("/stock").retrieve().toBodilessEntity().block();
		}

	}

}
