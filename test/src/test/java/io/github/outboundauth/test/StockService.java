/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.springframework.web.service.annotation.GetExchange;

interface StockService {

	@GetExchange("/stock")
	String stock();

}
