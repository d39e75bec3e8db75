/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.http.BearerTokenInterceptor;

/**
 * Calls an API in memory with a {@code RestClient}, each call on a thread of its own.
 */
final class RestClientFace implements Face {

	private static final String CALL = "call";

	private final World world;

	private final RestClient client;

	RestClientFace(World world) {
		this.world = world;
		this.client = RestClient.builder()
			.requestFactory((uri, method) -> new Request(method, uri))
			.requestInterceptor(new BearerTokenInterceptor(world.tokens()))
			.build();
	}

	@Override
	public void begin(CallInProgress call) {
		Thread thread = this.world.callers().start(() -> {
			try {
				call.succeeded(perform(call));
			}
			catch (Throwable ex) {
				call.failed(ex);
			}
		});
		call.cancelWith(thread::interrupt);
	}

	private int perform(CallInProgress call) {
		Scenario.Call details = call.call();
		RestClient.RequestBodySpec request = this.client
			.method((details.body() != null) ? HttpMethod.POST : HttpMethod.GET)
			.uri(this.world.url(call))
			.attribute(CALL, call)
			.attributes(ClientAttributes.clientRegistrationId(this.world.registration(call)))
			.headers((headers) -> details.headers().forEach(headers::set));
		if (details.body() != null) {
			request.body("payload");
		}
		return request.exchange((sent, response) -> response.getStatusCode().value());
	}

	/**
	 * A request that the API answers.
	 */
	private final class Request extends MockClientHttpRequest {

		Request(HttpMethod method, URI url) {
			super(method, url);
		}

		@Override
		protected ClientHttpResponse executeInternal() throws IOException {
			try {
				ApiAnswer answer = RestClientFace.this.world
					.callApi((CallInProgress) getAttributes().get(CALL),
							getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
					.get();
				MockClientHttpResponse response = new MockClientHttpResponse(new byte[0],
						HttpStatusCode.valueOf(answer.status()));
				answer.headers().forEach(response.getHeaders()::set);
				return response;
			}
			catch (InterruptedException | ExecutionException ex) {
				throw new IOException(ex);
			}
		}

	}

}
