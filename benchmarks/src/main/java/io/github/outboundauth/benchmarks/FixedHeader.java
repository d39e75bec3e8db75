/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

/**
 * The least that can be done to put a header on a request: the twins that everything else
 * is compared with.
 */
final class FixedHeader {

	private FixedHeader() {
	}

	static ExchangeFilterFunction filter() {
		return (request, next) -> next
			.exchange(ClientRequest.from(request).header(HttpHeaders.AUTHORIZATION, CachedToken.HEADER_VALUE).build());
	}

	static ClientHttpRequestInterceptor interceptor() {
		return (request, body, execution) -> {
			request.getHeaders().set(HttpHeaders.AUTHORIZATION, CachedToken.HEADER_VALUE);
			return execution.execute(request, body);
		};
	}

}
