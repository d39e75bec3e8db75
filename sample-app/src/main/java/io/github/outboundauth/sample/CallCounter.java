/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Counts the calls of all clients: customizers apply to those of the starter too.
 */
@Component
class CallCounter implements WebClientCustomizer, RestClientCustomizer {

	private final AtomicLong calls = new AtomicLong();

	@Override
	public void customize(WebClient.Builder builder) {
		builder.filter((request, next) -> {
			this.calls.incrementAndGet();
			return next.exchange(request);
		});
	}

	@Override
	public void customize(RestClient.Builder builder) {
		builder.requestInterceptor((request, body, execution) -> {
			this.calls.incrementAndGet();
			return execution.execute(request, body);
		});
	}

	long calls() {
		return this.calls.get();
	}

}
