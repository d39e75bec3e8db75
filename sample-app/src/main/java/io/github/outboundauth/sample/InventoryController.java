/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Calls the API with the {@code WebClient} of the registration. Its base URL is the whole
 * URL of the inventory already; a path would be appended with {@code uri("/path")}.
 */
@RestController
class InventoryController {

	private final WebClient webClient;

	InventoryController(WebClient webClient) {
		this.webClient = webClient;
	}

	@GetMapping("/inventory")
	Mono<JsonNode> inventory() {
		return this.webClient.get().retrieve().bodyToMono(JsonNode.class);
	}

}
