/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Calls the API every few seconds, far from any request of a user: the token is there all
 * the same.
 */
@Component
@Profile("!external")
class InventoryJob {

	private static final Log logger = LogFactory.getLog(InventoryJob.class);

	private final WebClient webClient;

	InventoryJob(WebClient webClient) {
		this.webClient = webClient;
	}

	@Scheduled(fixedDelayString = "${sample.job.interval}")
	void checkInventory() {
		HttpStatusCode status = this.webClient.get()
			.retrieve()
			.toBodilessEntity()
			.map(ResponseEntity::getStatusCode)
			.block();
		logger.info("Scheduled call: the API answered " + status);
	}

}
