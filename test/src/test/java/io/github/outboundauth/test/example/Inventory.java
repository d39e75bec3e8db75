/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test.example;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

@Component
class Inventory {

	private final RestClient restClient;

	Inventory(RestClient restClient) {
		this.restClient = restClient;
	}

	String stock() {
		return this.restClient.get().uri("/stock").retrieve().body(String.class);
	}

}
