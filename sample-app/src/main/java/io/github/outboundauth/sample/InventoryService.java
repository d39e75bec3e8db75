/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import tools.jackson.databind.JsonNode;

import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * The API as an HTTP service client. Its group is named like the registration, and so it
 * has its base URL and its token.
 */
@HttpExchange
interface InventoryService {

	@GetExchange
	JsonNode inventory();

}
