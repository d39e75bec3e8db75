/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test.example;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;

import io.github.outboundauth.test.AutoConfigureTestTokens;

import static io.github.outboundauth.test.TokenRequestMatchers.tokenOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

@RestClientTest(Inventory.class)
@AutoConfigureTestTokens
class InventoryTests {

	@Autowired
	private Inventory inventory;

	@Autowired
	private MockRestServiceServer api;

	@Test
	void asksForTheStock() {
		this.api.expect(requestTo("https://inventory.example.com/stock"))
			.andExpect(tokenOf("default"))
			.andRespond(withSuccess("12", MediaType.TEXT_PLAIN));
		assertThat(this.inventory.stock()).isEqualTo("12");
	}

}
