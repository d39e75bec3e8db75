/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whatever is called, over each HTTP engine: no other server than the API sees a token.
 */
@ParameterizedClass
@EnumSource(ApiCaller.class)
class OriginsTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer other = new ScriptedServer(Script.json(200, "\"other\""));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "\"api\""));

	private final ApiCaller caller;

	private final ApplicationContextRunner runner;

	OriginsTests(ApiCaller caller) {
		this.caller = caller;
		this.runner = caller.runner(this.tokenEndpoint)
			.withPropertyValues("oauth.client.base-url=" + this.api.url("/v1"));
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.other.close();
		this.api.close();
	}

	private String otherPort() {
		return this.other.address().split(":")[1];
	}

	private void assertNobodyElseIsCalled() {
		assertThat(this.other.requests()).isEmpty();
		assertThat(this.other.connections()).isZero();
	}

	private void assertRefused(BeanFactory beans, String uri) {
		assertThatExceptionOfType(RuntimeException.class).as(uri)
			.isThrownBy(() -> this.caller.call(beans, HttpMethod.GET, uri));
		assertNobodyElseIsCalled();
	}

	@Test
	void otherServersAreRefusedInEverySpelling() {
		String apiAddress = this.api.address();
		List<String> urls = new ArrayList<>(
				List.of(this.other.url("/x"), "http://" + apiAddress + "@127.0.0.1:" + otherPort() + "/x",
						"http://user@" + this.other.address() + "/x", "http://user@" + apiAddress + "/x",
						"http://localhost:" + otherPort() + "/x", "http://LOCALHOST:" + otherPort() + "/x",
						"HTTP://127.0.0.1:" + otherPort() + "/x", "http://[::1]:" + otherPort() + "/x",
						"http://[::ffff:127.0.0.1]:" + otherPort() + "/x", "http://127.1:" + otherPort() + "/x",
						"http://2130706433:" + otherPort() + "/x", "http://127.0.0.1.:" + otherPort() + "/x",
						"//" + this.other.address() + "/x", "https://" + apiAddress + "/x", "http://127.0.0.1/x",
						"http://127.0.0.1:80/x", "http://127.0.0.1.evil.test:" + otherPort() + "/x",
						"http://evil.test#@" + apiAddress + "/x", "http://evil.test?@" + apiAddress + "/x"));
		this.runner.run((context) -> {
			urls.forEach((url) -> assertRefused(context, url));
			assertThat(this.api.requests()).isEmpty();
			assertThat(this.tokenEndpoint.requests()).isEmpty();
		});
	}

	/**
	 * What is no URL of its own becomes a path of the API, or is refused.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/v1", "" })
	void hostileValuesLeadNowhereElse(String path) {
		List<String> values = List.of("//" + this.other.address(), "\\\\" + this.other.address(),
				"@" + this.other.address(), "%2f%2f" + this.other.address(), "/\\" + this.other.address(),
				this.other.url("/x"), "http:/" + this.other.address(), "..//" + this.other.address(), ":" + otherPort(),
				".evil.test", "?@" + this.other.address(), "#@" + this.other.address(),
				"\r\nHost: " + this.other.address(), " " + this.other.url(""));
		this.runner.withPropertyValues("oauth.client.base-url=" + this.api.url(path)).run((context) -> {
			for (String value : values) {
				quietly(() -> this.caller.get(context, "/items/{id}", value));
				quietly(() -> this.caller.get(context, "/{id}", value));
				quietly(() -> this.caller.get(context, "{id}", value));
				quietly(() -> this.caller.get(context, this.api.url("") + "{id}", value));
				quietly(() -> this.caller.get(context, "http://127.0.0.1{id}", value));
				quietly(() -> this.caller.call(context, HttpMethod.GET, this.api.url("") + value));
				quietly(() -> this.caller.call(context, HttpMethod.GET, "http://127.0.0.1" + value));
				quietly(() -> this.caller.get(context, "items?id={id}", value));
				quietly(() -> this.caller.get(context, (uri) -> uri.path("/").path("{id}").build(value)));
				quietly(() -> this.caller.get(context, (uri) -> uri.path(value).build()));
				quietly(() -> this.caller.call(context, HttpMethod.GET, value));
				assertNobodyElseIsCalled();
			}
			assertThat(this.api.requests()).isNotEmpty()
				.allMatch((request) -> this.api.address().equals(request.header("Host")));
		});
	}

	private static void quietly(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException ex) {
			// Refused by us, by Spring or by the engine.
		}
	}

	@Test
	void urlsThatAreBuiltAreLookedAtToo() {
		this.runner.run((context) -> {
			URI absolute = URI.create(this.other.url("/x"));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.get(context, absolute));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.get(context, (uri) -> uri.port(otherPort()).path("/x").build()));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.get(context, (uri) -> uri.host("localhost").path("/x").build()));
			assertThatExceptionOfType(ClientAuthorizationException.class)
				.isThrownBy(() -> this.caller.getMutated(context, this.other.url("")));
			assertNobodyElseIsCalled();
			assertThat(this.caller.get(context, URI.create(this.api.url("/y"))).getBody()).isEqualTo("\"api\"");
			assertThat(this.caller.getMutated(context, this.api.url("/v2")).getBody()).isEqualTo("\"api\"");
			assertThat(this.api.requests()).hasSize(2)
				.allMatch((request) -> "Bearer canary-1".equals(request.header("Authorization")));
		});
	}

	@Test
	void httpServicesAreGuardedToo() {
		this.runner.withUserConfiguration(this.caller.isReactive() ? WebServices.class : RestServices.class)
			.run((context) -> {
				Items items = context.getBean(Items.class);
				assertThat(items.item("//" + this.other.address())).isEqualTo("\"api\"");
				assertThatExceptionOfType(ClientAuthorizationException.class)
					.isThrownBy(() -> items.at(URI.create(this.other.url("/x"))));
				this.api.script((request, socket) -> Script.send(socket, 302,
						"Location: " + this.other.url("/x") + "\r\n", ""));
				assertThatExceptionOfType(ClientAuthorizationException.class).isThrownBy(() -> items.item("1"));
				assertNobodyElseIsCalled();
			});
	}

	@Test
	void foreignServersGetWhatTheApplicationSendsThemItself() {
		this.runner.run((context) -> {
			assertThat(this.caller.call(context, HttpMethod.GET, this.other.url("/x"), "Basic canary").getBody())
				.isEqualTo("\"other\"");
			assertThat(this.other.requests()).singleElement()
				.satisfies((request) -> assertThat(request.header("Authorization")).isEqualTo("Basic canary"));
			assertThat(this.tokenEndpoint.requests()).isEmpty();
		});
	}

	/**
	 * A limit: who runs after the token may send it elsewhere, as load balancers must.
	 */
	@Test
	void whatTheApplicationRunsAfterTheTokenDecidesWhereItGoes() {
		URI elsewhere = URI.create(this.other.url("/x"));
		this.runner.run((context) -> {
			if (this.caller.isReactive()) {
				context.getBean(WebClient.class)
					.mutate()
					.filter((request, next) -> next.exchange(ClientRequest.from(request).url(elsewhere).build()))
					.build()
					.get()
					.uri("/x")
					.retrieve()
					.toBodilessEntity()
					.block();
			}
			else {
				context.getBean(RestClient.class)
					.mutate()
					.requestInterceptor(
							(request, body, execution) -> execution.execute(moved(request, elsewhere), body))
					.build()
					.get()
					.uri("/x")
					.retrieve()
					.toBodilessEntity();
			}
			assertThat(this.other.requests()).hasSize(1);
		});
	}

	private static HttpRequest moved(HttpRequest request, URI uri) {
		return new HttpRequestWrapper(request) {

			@Override
			public URI getURI() {
				return uri;
			}

		};
	}

	interface Items {

		@GetExchange("/items/{id}")
		String item(@PathVariable("id") String id);

		@GetExchange
		String at(URI uri);

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.REST_CLIENT)
	static class RestServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.WEB_CLIENT)
	static class WebServices {

	}

}
