/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ContextRunners;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the HTTP clients of APIs are made and closed, seen by an engine of the
 * application.
 */
class ApiClientsTests {

	private final CountingEngine engine = new CountingEngine();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withBean(CountingEngine.class, () -> this.engine)
		.withPropertyValues("oauth.client.token-uri=http://127.0.0.1:1/token", "oauth.client.client-id=orders",
				"oauth.client.client-secret=canary", "oauth.client.registration.billing.scope=billing");

	private static void request(Object client) throws IOException {
		((ClientHttpRequestFactory) client).createRequest(URI.create("http://127.0.0.1:1/x"), HttpMethod.GET);
	}

	private static Object client(BeanFactory beans, String id) {
		return ApiCaller.REST_CLIENT_SIMPLE.httpClient(beans, id);
	}

	private List<Integer> closings() {
		return this.engine.made.stream().map((client) -> client.closings.get()).toList();
	}

	@Test
	void oneThatIsSharedIsMadeForTheFirstRequestAndClosedOnce() {
		this.runner.withPropertyValues("spring.http.clients.cookie-handling=disable").run((context) -> {
			assertThat(this.engine.made).isEmpty();
			request(client(context, "default"));
			request(client(context, "billing"));
			request(client(context, "default"));
			assertThat(closings()).containsExactly(0);
		});
		assertThat(closings()).containsExactly(1);
	}

	@Test
	void aGroupSharesThatOfItsRegistrationUnlessItIsToldOtherwise() {
		AtomicReference<RestClient.Builder> group = new AtomicReference<>();
		ApplicationContextRunner runner = this.runner.withUserConfiguration(Services.class)
			.withBean(RestClientHttpServiceGroupConfigurer.class,
					() -> (groups) -> groups.forEachClient((billing, builder) -> group.set(builder)))
			.withPropertyValues("spring.http.clients.cookie-handling=disable");
		runner.run((context) -> assertThat(client(group.get())).isSameAs(client(context, "billing")));
		runner.withPropertyValues("spring.http.serviceclient.billing.read-timeout=20s")
			.run((context) -> assertThat(client(group.get())).isNotSameAs(client(context, "billing")));
	}

	private static Object client(RestClient.Builder builder) {
		return ReflectionTestUtils.getField(builder, "requestFactory");
	}

	@Test
	void anEngineThatMayKeepCookiesMakesOneForEachRegistration() {
		this.runner.run((context) -> {
			request(client(context, "default"));
			request(client(context, "billing"));
			request(client(context, "default"));
			assertThat(closings()).containsExactly(0, 0);
		});
		assertThat(closings()).containsExactly(1, 1);
	}

	@Test
	void oneThatIsMadeAfterTheEndIsClosedAtOnce() {
		this.runner.run((context) -> {
			Object client = client(context, "default");
			context.close();
			request(client);
			assertThat(closings()).containsExactly(1);
		});
	}

	interface Items {

		@GetExchange("/items")
		String all();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "billing", types = Items.class, clientType = ClientType.REST_CLIENT)
	static class Services {

	}

	/**
	 * Remembers what it makes for APIs: without redirects, as for token endpoints, but
	 * without their timeouts.
	 */
	private static final class CountingEngine implements ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> {

		private final List<CountedClient> made = new CopyOnWriteArrayList<>();

		@Override
		public ClientHttpRequestFactory build(@Nullable HttpClientSettings settings) {
			CountedClient client = new CountedClient(new AtomicInteger());
			if (settings != null && settings.redirects() == HttpRedirects.DONT_FOLLOW
					&& settings.connectTimeout() == null) {
				this.made.add(client);
			}
			return client;
		}

	}

	private record CountedClient(AtomicInteger closings) implements ClientHttpRequestFactory, DisposableBean {

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
			return new SimpleClientHttpRequestFactory().createRequest(uri, method);
		}

		@Override
		public void destroy() {
			this.closings.incrementAndGet();
		}

	}

}
