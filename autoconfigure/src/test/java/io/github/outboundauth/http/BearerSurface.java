/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * What puts tokens on requests, each in a client of its kind.
 */
enum BearerSurface {

	FILTER {

		@Override
		Function<Call, ResponseEntity<String>> client(BearerTokens tokens, @Nullable String registrationId) {
			BearerTokenExchangeFilter filter = new BearerTokenExchangeFilter(tokens);
			WebClient client = WebClient.builder()
				.filter((registrationId != null) ? filter.forRegistration(registrationId) : filter)
				.build();
			return (call) -> {
				WebClient.RequestBodySpec request = client.method(call.method()).uri(call.url());
				call.headers().forEach(request::header);
				request.attributes((attributes) -> attributes.putAll(call.attributes()));
				return ((call.body() != null) ? request.bodyValue(call.body()) : request)
					.exchangeToMono((response) -> response.toEntity(String.class))
					.block();
			};
		}

	},

	INTERCEPTOR {

		@Override
		Function<Call, ResponseEntity<String>> client(BearerTokens tokens, @Nullable String registrationId) {
			return restClient(RestClient.builder()
				.requestFactory(new JdkClientHttpRequestFactory())
				.requestInterceptor(interceptor(tokens, registrationId)));
		}

	},

	REQUEST_FACTORY {

		@Override
		Function<Call, ResponseEntity<String>> client(BearerTokens tokens, @Nullable String registrationId) {
			return restClient(RestClient.builder()
				.requestFactory(new BearerTokenRequestFactory(new JdkClientHttpRequestFactory(),
						interceptor(tokens, registrationId))));
		}

	};

	/**
	 * A client with the tokens of a registration, or with those that requests name.
	 */
	abstract Function<Call, ResponseEntity<String>> client(BearerTokens tokens, @Nullable String registrationId);

	private static BearerTokenInterceptor interceptor(BearerTokens tokens, @Nullable String registrationId) {
		BearerTokenInterceptor interceptor = new BearerTokenInterceptor(tokens);
		return (registrationId != null) ? interceptor.forRegistration(registrationId) : interceptor;
	}

	private static Function<Call, ResponseEntity<String>> restClient(RestClient.Builder builder) {
		RestClient client = builder.defaultStatusHandler((status) -> true, (request, response) -> {
		}).build();
		return (call) -> {
			RestClient.RequestBodySpec request = client.method(call.method()).uri(call.url());
			call.headers().forEach(request::header);
			request.attributes((attributes) -> attributes.putAll(call.attributes()));
			return ((call.body() != null) ? request.body(call.body()) : request).retrieve().toEntity(String.class);
		};
	}

	/**
	 * A call of an API.
	 */
	record Call(HttpMethod method, String url, Map<String, String> headers, Map<String, Object> attributes,
			@Nullable String body) {

		static Call get(String url) {
			return new Call(HttpMethod.GET, url, Map.of(), Map.of(), null);
		}

		static Call post(String url, String body) {
			return new Call(HttpMethod.POST, url, Map.of(), Map.of(), body);
		}

		Call withHeader(String name, String value) {
			return new Call(this.method, this.url, Map.of(name, value), this.attributes, this.body);
		}

		Call naming(String registrationId) {
			Map<String, Object> attributes = new HashMap<>();
			ClientAttributes.clientRegistrationId(registrationId).accept(attributes);
			return new Call(this.method, this.url, this.headers, attributes, this.body);
		}

	}

}
