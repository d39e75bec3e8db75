/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.BearerTokenExchangeFilter;

/**
 * Calls an API in memory with a {@code WebClient}.
 */
final class WebClientFace implements Face {

	private static final String CALL = "call";

	private final World world;

	private final WebClient client;

	WebClientFace(World world) {
		this.world = world;
		this.client = WebClient.builder()
			.exchangeFunction(this::exchange)
			.filter(new BearerTokenExchangeFilter(world.tokens()))
			.build();
	}

	@Override
	public void begin(CallInProgress call) {
		Scenario.Call details = call.call();
		WebClient.RequestBodySpec request = this.client
			.method((details.body() != null) ? HttpMethod.POST : HttpMethod.GET)
			.uri(this.world.url(call))
			.attribute(CALL, call)
			.attributes(ClientAttributes.clientRegistrationId(this.world.registration(call)))
			.headers((headers) -> details.headers().forEach(headers::set));
		if (details.body() == Scenario.Body.REPEATABLE) {
			request.bodyValue("payload");
		}
		else if (details.body() == Scenario.Body.ONCE) {
			request.body(BodyInserters.fromPublisher(Flux.just("payload").hide(), String.class));
		}
		Disposable exchange = request
			.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()))
			.subscribe(call::succeeded, call::failed);
		call.cancelWith(exchange::dispose);
	}

	private Mono<ClientResponse> exchange(ClientRequest request) {
		CallInProgress call = (CallInProgress) request.attributes().get(CALL);
		return Mono
			.fromCompletionStage(() -> this.world.callApi(call, request.headers().getFirst(HttpHeaders.AUTHORIZATION)))
			.map((answer) -> ClientResponse.create(HttpStatusCode.valueOf(answer.status()))
				.headers((headers) -> answer.headers().forEach(headers::set))
				.build());
	}

}
