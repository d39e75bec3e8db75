/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * Calls the same API with the same token, but with the other clients there are; and
 * another API with the client of its registration.
 */
@RestController
class OtherClientsController {

	private final RestClient restClient;

	private final InventoryService inventoryService;

	private final RestClient prices;

	OtherClientsController(RestClient restClient, InventoryService inventoryService,
			@Qualifier("prices") RestClient prices) {
		this.restClient = restClient;
		this.inventoryService = inventoryService;
		this.prices = prices;
	}

	@GetMapping("/inventory/rest-client")
	@Nullable JsonNode restClient() {
		return this.restClient.get().retrieve().body(JsonNode.class);
	}

	@GetMapping("/inventory/http-service")
	JsonNode httpService() {
		return this.inventoryService.inventory();
	}

	@GetMapping("/prices")
	@Nullable JsonNode prices() {
		return this.prices.get().retrieve().body(JsonNode.class);
	}

}
