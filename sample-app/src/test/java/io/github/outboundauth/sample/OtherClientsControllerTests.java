/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.client.RestTemplate;

import io.github.outboundauth.test.AutoConfigureTestTokens;

import static io.github.outboundauth.test.TokenRequestMatchers.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

/**
 * Tests without any server, and with one mock of the API for all {@code RestClient}s.
 */
@WebMvcTest(OtherClientsController.class)
@AutoConfigureTestTokens
class OtherClientsControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private MockRestServiceServer api;

	@AfterEach
	void reset() {
		this.api.reset();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/inventory/rest-client", "/inventory/http-service" })
	void callTheApiWithItsToken(String path) {
		this.api.expect(requestTo("http://localhost:9000/inventory"))
			.andExpect(tokenOf("default"))
			.andRespond(withSuccess("[]", MediaType.APPLICATION_JSON));
		assertThat(this.mvc.get().uri(path)).hasStatusOk().bodyJson().isEqualTo("[]");
	}

	@Test
	void callTheOtherApiWithTheTokenForThat() {
		this.api.expect(requestTo("http://localhost:9000/prices"))
			.andExpect(tokenOf("prices"))
			.andRespond(withSuccess("[]", MediaType.APPLICATION_JSON));
		assertThat(this.mvc.get().uri("/prices")).hasStatusOk().bodyJson().isEqualTo("[]");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class MockApi {

		private final RestTemplate holder = new RestTemplate();

		@Bean
		MockRestServiceServer api() {
			return MockRestServiceServer.createServer(this.holder);
		}

		@Bean
		RestClientCustomizer callTheMock(MockRestServiceServer api) {
			return (builder) -> builder.requestFactory(this.holder.getRequestFactory());
		}

	}

}
