/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What belongs to the caller who happens to start a token request is seen neither by the
 * request nor by others who wait for it.
 */
@Timeout(60)
class CallerIsolationTests {

	private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

	private final CountDownLatch answer = new CountDownLatch(1);

	private final ScriptedServer tokenEndpoint = new ScriptedServer((request, socket) -> {
		this.answer.await();
		Script.tokens("canary-", 3600).answer(request, socket);
	});

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final AtomicReference<Seen> seenByRequest = new AtomicReference<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withBean(ClientHttpRequestFactoryBuilder.class, () -> watched())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.base-url=" + this.api.url("/v1"));

	@AfterEach
	void close() {
		this.answer.countDown();
		this.tokenEndpoint.close();
		this.api.close();
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_THREADLOCAL);
	}

	private ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> watched() {
		return (settings) -> {
			ClientHttpRequestFactory plain = ClientHttpRequestFactoryBuilder.jdk().build(settings);
			return (uri, method) -> {
				this.seenByRequest.compareAndSet(null, Seen.here());
				return plain.createRequest(uri, method);
			};
		};
	}

	/**
	 * Call on a thread of the caller's own, and be back when it waits for its token.
	 * @return what the caller sees when its call has ended
	 */
	private CompletableFuture<Seen> call(ApplicationContext context, String name) {
		CompletableFuture<Seen> seen = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			Thread.currentThread().setContextClassLoader(new NamedClassLoader(name));
			SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(name, ""));
			MockHttpServletRequest request = new MockHttpServletRequest();
			request.setRemoteUser(name);
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request), true);
			MDC.put("user", name);
			INHERITABLE.set(name);
			try {
				context.getBean(RestClient.class).get().uri("/x").retrieve().toBodilessEntity();
				seen.complete(Seen.here());
			}
			catch (Throwable ex) {
				seen.completeExceptionally(ex);
			}
		}, name);
		caller.setDaemon(true);
		caller.start();
		Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);
		return seen;
	}

	@Test
	void whatTheThreadOfACallerHoldsStaysThere() {
		SecurityContextHolder.setStrategyName(SecurityContextHolder.MODE_INHERITABLETHREADLOCAL);
		this.runner.run((context) -> {
			CompletableFuture<Seen> alice = call(context, "alice");
			Awaitility.await().until(() -> this.tokenEndpoint.requests().size() == 1);
			CompletableFuture<Seen> bob = call(context, "bob");
			this.answer.countDown();
			assertThat(alice).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Seen.only("alice"));
			assertThat(bob).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Seen.only("bob"));
			assertThat(this.seenByRequest).hasValue(Seen.only(null));
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	@Test
	void whatTheReactorContextOfACallerHoldsStaysThere() {
		this.runner.run((context) -> {
			List<String> sentFor = new CopyOnWriteArrayList<>();
			WebClient client = context.getBean(WebClient.class)
				.mutate()
				.filter((request, next) -> Mono.deferContextual((values) -> {
					sentFor.add(values.get("user"));
					return next.exchange(request);
				}))
				.build();
			List<CompletableFuture<?>> calls = new ArrayList<>();
			for (String name : List.of("alice", "bob")) {
				calls.add(client.get()
					.uri("/x")
					.retrieve()
					.toBodilessEntity()
					.contextWrite((values) -> values.put("user", name))
					.toFuture());
				Awaitility.await().until(() -> this.tokenEndpoint.requests().size() == 1);
			}
			assertThat(sentFor).isEmpty();
			this.answer.countDown();
			assertThat(calls).allSatisfy((call) -> assertThat(call).succeedsWithin(Duration.ofSeconds(30)));
			assertThat(sentFor).containsExactlyInAnyOrder("alice", "bob");
			assertThat(this.seenByRequest).hasValue(Seen.only(null));
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
		});
	}

	/**
	 * What code on a thread sees of a caller.
	 */
	private record Seen(@Nullable String authentication, @Nullable String request, @Nullable String mdc,
			@Nullable String inherited, @Nullable String classLoader) {

		static Seen only(@Nullable String name) {
			return new Seen(name, name, name, name, name);
		}

		static Seen here() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			ServletRequestAttributes request = (ServletRequestAttributes) RequestContextHolder.getRequestAttributes();
			return new Seen((authentication != null) ? authentication.getName() : null,
					(request != null) ? request.getRequest().getRemoteUser() : null, MDC.get("user"), INHERITABLE.get(),
					(Thread.currentThread().getContextClassLoader() instanceof NamedClassLoader named) ? named.getName()
							: null);
		}

	}

	private static final class NamedClassLoader extends URLClassLoader {

		NamedClassLoader(String name) {
			super(name, new URL[0], CallerIsolationTests.class.getClassLoader());
		}

	}

}
