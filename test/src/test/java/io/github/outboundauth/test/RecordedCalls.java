/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Mono;

import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Takes the place of the network for all clients of an application.
 */
final class RecordedCalls implements RestClientCustomizer, WebClientCustomizer {

	private final List<HttpHeaders> headers = new CopyOnWriteArrayList<>();

	private volatile HttpStatus status = HttpStatus.OK;

	void answer(HttpStatus status) {
		this.status = status;
	}

	void clear() {
		this.headers.clear();
		this.status = HttpStatus.OK;
	}

	HttpHeaders single() {
		if (this.headers.size() != 1) {
			throw new AssertionError(this.headers.size() + " calls");
		}
		return this.headers.get(0);
	}

	int count() {
		return this.headers.size();
	}

	@Override
	public void customize(RestClient.Builder builder) {
		builder.requestFactory(this::request);
	}

	private ClientHttpRequest request(URI uri, HttpMethod method) {
		return new MockClientHttpRequest(method, uri) {

			@Override
			protected MockClientHttpResponse executeInternal() {
				RecordedCalls.this.headers.add(HttpHeaders.copyOf(getHeaders()));
				return new MockClientHttpResponse(new byte[0], RecordedCalls.this.status);
			}

		};
	}

	@Override
	public void customize(WebClient.Builder builder) {
		builder.exchangeFunction(this::exchange);
	}

	private Mono<ClientResponse> exchange(ClientRequest request) {
		this.headers.add(HttpHeaders.copyOf(request.headers()));
		return Mono.just(ClientResponse.create(this.status).build());
	}

}
