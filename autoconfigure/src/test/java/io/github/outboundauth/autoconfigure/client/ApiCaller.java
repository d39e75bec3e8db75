/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Function;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriBuilder;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;

/**
 * The clients of Spring over each HTTP engine.
 */
enum ApiCaller {

	REST_CLIENT_HTTP_COMPONENTS("imperative.factory=http-components"),

	REST_CLIENT_JETTY("imperative.factory=jetty"),

	REST_CLIENT_REACTOR("imperative.factory=reactor"),

	REST_CLIENT_JDK("imperative.factory=jdk"),

	REST_CLIENT_SIMPLE("imperative.factory=simple"),

	WEB_CLIENT_REACTOR("reactive.connector=reactor"),

	WEB_CLIENT_JETTY("reactive.connector=jetty"),

	WEB_CLIENT_HTTP_COMPONENTS("reactive.connector=http-components"),

	WEB_CLIENT_JDK("reactive.connector=jdk");

	private final String engine;

	ApiCaller(String engine) {
		this.engine = engine;
	}

	/**
	 * The property with which an application chooses the engine.
	 */
	String property() {
		return "spring.http.clients." + this.engine;
	}

	/**
	 * An application with the engine and a registration {@code default}.
	 */
	ApplicationContextRunner runner(ScriptedServer tokenEndpoint) {
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(property(), "oauth.client.token-uri=" + tokenEndpoint.url("/token"),
					"oauth.client.client-id=orders", "oauth.client.client-secret=canary");
	}

	boolean isReactive() {
		return name().startsWith("WEB_CLIENT");
	}

	/**
	 * Call with the client of the registration {@code default}.
	 */
	ResponseEntity<String> call(BeanFactory beans, HttpMethod method, String uri) {
		return call(beans, method, uri, null);
	}

	ResponseEntity<String> call(BeanFactory beans, HttpMethod method, String uri, String authorization) {
		String body = (method == HttpMethod.POST) ? "payload" : null;
		if (isReactive()) {
			var request = webClient(beans).method(method).uri(uri);
			if (authorization != null) {
				request.header("Authorization", authorization);
			}
			return result((body != null) ? request.bodyValue(body) : request);
		}
		var request = restClient(beans).method(method).uri(uri);
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		if (body != null) {
			request.body(body);
		}
		return result(request);
	}

	ResponseEntity<String> get(BeanFactory beans, URI uri) {
		return isReactive() ? result(webClient(beans).get().uri(uri)) : result(restClient(beans).get().uri(uri));
	}

	ResponseEntity<String> get(BeanFactory beans, Function<UriBuilder, URI> uri) {
		return isReactive() ? result(webClient(beans).get().uri(uri)) : result(restClient(beans).get().uri(uri));
	}

	ResponseEntity<String> get(BeanFactory beans, String template, Object... variables) {
		return isReactive() ? result(webClient(beans).get().uri(template, variables))
				: result(restClient(beans).get().uri(template, variables));
	}

	/**
	 * Call with a client that was made from that of the registration.
	 */
	ResponseEntity<String> getMutated(BeanFactory beans, String baseUrl) {
		return isReactive() ? result(webClient(beans).mutate().baseUrl(baseUrl).build().get().uri("/x"))
				: result(restClient(beans).mutate().baseUrl(baseUrl).build().get().uri("/x"));
	}

	/**
	 * Call with the client of another registration.
	 */
	ResponseEntity<String> callAs(BeanFactory beans, String id, String uri) {
		return isReactive() ? result(beans.getBean(id + "WebClient", WebClient.class).get().uri(uri))
				: result(beans.getBean(id + "RestClient", RestClient.class).get().uri(uri));
	}

	/**
	 * The HTTP client by which the client of a registration calls.
	 */
	Object httpClient(BeanFactory beans, String id) {
		return isReactive()
				? ReflectionTestUtils.getField(beans.getBean(id + "WebClient", WebClient.class).mutate(), "connector")
				: ReflectionTestUtils.getField(beans.getBean(id + "RestClient", RestClient.class).mutate(),
						"requestFactory");
	}

	private static WebClient webClient(BeanFactory beans) {
		return beans.getBean("defaultWebClient", WebClient.class);
	}

	private static RestClient restClient(BeanFactory beans) {
		return beans.getBean("defaultRestClient", RestClient.class);
	}

	private static ResponseEntity<String> result(WebClient.RequestHeadersSpec<?> request) {
		return request.exchangeToMono((response) -> response.toEntity(String.class)).block(Duration.ofSeconds(60));
	}

	private static ResponseEntity<String> result(RestClient.RequestHeadersSpec<?> request) {
		return request.exchange((sent, response) -> ResponseEntity.status(response.getStatusCode())
			.headers(response.getHeaders())
			.body(response.bodyTo(String.class)));
	}

}
