/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * Calls the same API with the same token, but with the other clients there are.
 */
@RestController
class OtherClientsController {

	private final RestClient restClient;

	private final InventoryService inventoryService;

	OtherClientsController(RestClient restClient, InventoryService inventoryService) {
		this.restClient = restClient;
		this.inventoryService = inventoryService;
	}

	@GetMapping("/inventory/rest-client")
	@Nullable JsonNode restClient() {
		return this.restClient.get().retrieve().body(JsonNode.class);
	}

	@GetMapping("/inventory/http-service")
	JsonNode httpService() {
		return this.inventoryService.inventory();
	}

}
