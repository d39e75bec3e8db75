/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * An application that is configured as in production.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@ImportHttpServices(group = "stock", types = StockService.class)
class ShopApplication {

}
