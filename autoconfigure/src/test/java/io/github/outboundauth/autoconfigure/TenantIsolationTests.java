/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.micrometer.context.ContextRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;
import reactor.util.context.Context;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.KeepAliveServer;
import io.github.outboundauth.testing.KeepAliveServer.Answer;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls for many tenants on one event loop, where Reactor sets the thread locals of
 * whoever is served and the registration is chosen by one of them.
 */
class TenantIsolationTests {

	private static final int CALLS = 10_000;

	private static final List<String> TENANTS = IntStream.range(0, 20).mapToObj((number) -> "tenant" + number).toList();

	private static final Pattern TOKEN = Pattern.compile("Bearer canary-(\\w+)-(\\d+)");

	private static final InheritableThreadLocal<@Nullable String> TENANT = new InheritableThreadLocal<>();

	private final Map<String, AtomicInteger> issued = new ConcurrentHashMap<>();

	private final ScriptedServer tokenEndpoint = new ScriptedServer((request, socket) -> {
		String tenant = request.body().replaceAll(".*scope=(\\w+).*", "$1");
		int number = this.issued.computeIfAbsent(tenant, (key) -> new AtomicInteger()).incrementAndGet();
		Script
			.json(200,
					"{\"access_token\":\"canary-" + tenant + "-" + number
							+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":1}")
			.answer(request, socket);
	});

	private final KeepAliveServer api = new KeepAliveServer(TenantIsolationTests::answer);

	private final LoopResources eventLoop = LoopResources.create("tenants", 1, true);

	/** What the parts see that work for all tenants. */
	private final Set<Seen> seenByOurs = ConcurrentHashMap.newKeySet();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withBean(ClientHttpRequestFactoryBuilder.class, this::watched)
		.withBean(TokenListener.class, Watch::new)
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary")
		.withPropertyValues(TENANTS.stream()
			.flatMap((tenant) -> List.of("scope=" + tenant, "base-url=" + this.api.url("/v1"))
				.stream()
				.map((line) -> "oauth.client.registration." + tenant + "." + line))
			.toArray(String[]::new));

	@BeforeAll
	static void carryThreadLocals() {
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
		Hooks.enableAutomaticContextPropagation();
	}

	@AfterAll
	static void carryNothing() {
		Hooks.disableAutomaticContextPropagation();
		ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
		this.eventLoop.dispose();
	}

	/**
	 * Whose token a call has. The first one of each tenant is refused.
	 */
	private static Answer answer(@Nullable String authorization) {
		Matcher token = TOKEN.matcher(String.valueOf(authorization));
		boolean accepted = token.matches() && !token.group(2).equals("1");
		return new Answer(accepted ? 200 : 401, "Content-Type: text/plain\r\n",
				accepted ? token.group(1).getBytes(StandardCharsets.UTF_8) : new byte[0]);
	}

	private ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> watched() {
		return (settings) -> {
			ClientHttpRequestFactory plain = ClientHttpRequestFactoryBuilder.reactor().build(settings);
			return (uri, method) -> {
				this.seenByOurs.add(Seen.here());
				return plain.createRequest(uri, method);
			};
		};
	}

	private WebClient client(ApplicationContext context) {
		return WebClient.builder()
			.baseUrl(this.api.url("/v1"))
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create().runOn(this.eventLoop)))
			.filter(TenantIsolationTests::chooseRegistration)
			.filter(context.getBean(BearerTokenExchangeFilter.class))
			.filter(TenantIsolationTests::checkRequest)
			.build();
	}

	private static Mono<ClientResponse> chooseRegistration(ClientRequest request, ExchangeFunction next) {
		return next.exchange(ClientRequest.from(request)
			.attributes(ClientAttributes.clientRegistrationId(String.valueOf(TENANT.get())))
			.build());
	}

	/**
	 * The last to see a request before it is sent, on whatever thread.
	 */
	private static Mono<ClientResponse> checkRequest(ClientRequest request, ExchangeFunction next) {
		Seen seen = Seen.here();
		String authorization = String.valueOf(request.headers().getFirst(HttpHeaders.AUTHORIZATION));
		return Mono.deferContextual((values) -> {
			String tenant = values.get("tenant");
			assertThat(List.of(seen, Seen.here())).containsOnly(Seen.only(tenant));
			assertThat(authorization).startsWith("Bearer canary-" + tenant + "-");
			return next.exchange(request);
		});
	}

	private static Mono<String> call(WebClient client, String tenant) {
		return client.get()
			.retrieve()
			.bodyToMono(String.class)
			.doOnNext((answer) -> assertThat(answer).isEqualTo(tenant))
			.doOnNext((answer) -> assertThat(Seen.here()).isEqualTo(Seen.only(tenant)))
			.contextWrite(Context.of("tenant", tenant, SecurityContext.class.getName(),
					new SecurityContextImpl(new TestingAuthenticationToken(tenant, ""))));
	}

	@Test
	void noCallHasOrSeesWhatBelongsToAnotherTenant() {
		this.runner.run((context) -> {
			WebClient client = client(context);
			Flux<String> answers = Flux.range(0, CALLS)
				.flatMap((number) -> call(client, TENANTS.get(number % TENANTS.size())), 64);
			assertThat(answers.count().block(Duration.ofMinutes(4))).isEqualTo(CALLS);
			assertThat(this.issued).containsOnlyKeys(TENANTS);
			assertThat(this.issued.values()).allSatisfy((tokens) -> assertThat(tokens).hasValueGreaterThan(1));
			assertThat(whatOurThreadsSee(context.getBean(FetchThreads.class))).containsOnly(Seen.only(null));
			assertThat(this.seenByOurs).containsOnly(Seen.only(null));
		});
	}

	/**
	 * The timer's thread, and more fetch threads than there were flights.
	 */
	private static List<Seen> whatOurThreadsSee(FetchThreads threads) {
		int count = 2 * TENANTS.size();
		List<Seen> seen = new CopyOnWriteArrayList<>();
		CountDownLatch all = new CountDownLatch(count);
		Runnable look = () -> {
			seen.add(Seen.here());
			all.countDown();
		};
		threads.time().wake(Duration.ZERO, look);
		for (int i = 1; i < count; i++) {
			threads.executor().execute(() -> {
				look.run();
				await(all);
			});
		}
		await(all);
		return seen;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Listens to the tokens of all tenants.
	 */
	private final class Watch implements TokenListener {

		@Override
		public void obtained(Obtained event) {
			TenantIsolationTests.this.seenByOurs.add(Seen.here());
		}

		@Override
		public void rejected(Rejected event) {
			TenantIsolationTests.this.seenByOurs.add(Seen.here());
		}

	}

	/**
	 * What code on a thread sees of a tenant and its user.
	 */
	private record Seen(@Nullable String tenant, @Nullable String user) {

		static Seen only(@Nullable String tenant) {
			return new Seen(tenant, tenant);
		}

		static Seen here() {
			Authentication user = SecurityContextHolder.getContext().getAuthentication();
			return new Seen(TENANT.get(), (user != null) ? user.getName() : null);
		}

	}

}
