/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test.example;

import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.web.client.RestTemplate;

@TestConfiguration(proxyBeanMethods = false)
class MockApi {

	private final RestTemplate holder = new RestTemplate();

	@Bean
	MockRestServiceServer mockApi() {
		return MockRestServiceServer.bindTo(this.holder).build();
	}

	@Bean
	RestClientCustomizer callMockApi(MockRestServiceServer mockApi) {
		return (builder) -> builder.requestFactory(this.holder.getRequestFactory());
	}

}
