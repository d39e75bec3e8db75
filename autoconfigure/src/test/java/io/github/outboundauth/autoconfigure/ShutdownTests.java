/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.autoconfigure.client.OAuthClientRestClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.client.OAuthClientWebClientAutoConfiguration;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is left of an application context after it was closed: nothing.
 */
@Timeout(180)
class ShutdownTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
	}

	private AnnotationConfigApplicationContext context(ClassLoader classLoader, String engine, String readTimeout,
			Class<?>... classes) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.setClassLoader(classLoader);
		TestPropertyValues
			.of("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"), "oauth.client.client-id=orders",
					"oauth.client.client-secret=canary", "oauth.client.base-url=http://127.0.0.1:1",
					"oauth.client.http.read-timeout=" + readTimeout, "oauth.client.http.total-timeout=10m",
					"spring.http.clients.imperative.factory=" + engine)
			.applyTo(context.getEnvironment());
		context.register(classes);
		context.refresh();
		return context;
	}

	private static long ownThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("oauth-client-"))
			.count();
	}

	private static void assertNoThreadIsLeft() {
		// Within a second, on a machine that has time.
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(ownThreads()).isZero());
	}

	/**
	 * Listeners may be told of a refusal after the end, and would look at the credential
	 * again later.
	 */
	@Test
	void nothingIsDueAfterTheEnd() {
		FetchThreads threads = new FetchThreads();
		threads.close();
		assertThatCode(() -> threads.time().wake(Duration.ZERO, () -> {
		}).cancel()).doesNotThrowAnyException();
		assertNoThreadIsLeft();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http-components", "jdk", "jetty", "reactor" })
	void closingInTheMiddleOfATokenRequestWakesAllWhoWaitAndEndsItsThreads(String engine) throws Exception {
		CompletableFuture<Void> hungUp = new CompletableFuture<>();
		this.tokenEndpoint.script((request, socket) -> awaitEnd(socket, hungUp));
		AnnotationConfigApplicationContext context = context(getClass().getClassLoader(), engine, "10m",
				EngineConfiguration.class, OAuthClientAutoConfiguration.class,
				OAuthClientRestClientAutoConfiguration.class, OAuthClientWebClientAutoConfiguration.class);
		RestClient restClient = context.getBean(RestClient.class);
		AtomicReference<Thread> caller = new AtomicReference<>();
		CompletableFuture<Void> blocking = CompletableFuture.runAsync(() -> {
			caller.set(Thread.currentThread());
			restClient.get().uri("/x").retrieve().toBodilessEntity();
		});
		CompletableFuture<?> reactive = context.getBean(WebClient.class)
			.get()
			.uri("/x")
			.retrieve()
			.toBodilessEntity()
			.toFuture();
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.tokenEndpoint.requests().size() == 1 && isWaiting(caller.get()));
		assertThat(blocking).isNotDone();
		context.close();
		assertThat(blocking).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withMessageContaining("the application context was closed");
		assertThat(reactive).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withMessageContaining("the application context was closed");
		assertNoThreadIsLeft();
		// Nor does a virtual thread wait any longer, which nobody lists.
		assertThat(hungUp).succeedsWithin(Duration.ofSeconds(20));
	}

	private static boolean isWaiting(Thread thread) {
		return thread != null && thread.getState() == Thread.State.WAITING;
	}

	private static void awaitEnd(Socket socket, CompletableFuture<Void> end) {
		try {
			socket.getInputStream().read();
		}
		catch (Exception ex) {
			// That is an end, too.
		}
		end.complete(null);
	}

	@Test
	void aThousandRestartsLeaveNoThread() {
		for (int i = 0; i < 1000; i++) {
			try (AnnotationConfigApplicationContext context = context(getClass().getClassLoader(), "reactor", "5s",
					ImperativeHttpClientAutoConfiguration.class, OAuthClientAutoConfiguration.class)) {
				if (i % 10 == 0) {
					context.getBean(TokenSources.class).get("default").await();
				}
			}
			assertThat(ownThreads()).isLessThan(20);
		}
		assertThat(this.tokenEndpoint.requests()).hasSize(100);
		assertNoThreadIsLeft();
	}

	/**
	 * Those engines that start no threads for the whole JVM, which would inherit it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "http-components", "simple" })
	void theClassLoaderOfAClosedContextIsCollected(String engine) throws Exception {
		WeakReference<ClassLoader> classLoader = new WeakReference<>(useInClassLoaderOfItsOwn(engine));
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).until(() -> {
			System.gc();
			return classLoader.get() == null;
		});
	}

	private ClassLoader useInClassLoaderOfItsOwn(String engine) throws Exception {
		URL library = TokenSources.class.getProtectionDomain().getCodeSource().getLocation();
		try (ChildFirst classLoader = new ChildFirst(library)) {
			Class<?> autoConfiguration = classLoader.loadClass(OAuthClientAutoConfiguration.class.getName());
			assertThat(autoConfiguration).isNotSameAs(OAuthClientAutoConfiguration.class);
			try (AnnotationConfigApplicationContext context = context(classLoader, engine, "20s",
					EngineConfiguration.class, autoConfiguration,
					classLoader.loadClass(OAuthClientRestClientAutoConfiguration.class.getName()))) {
				RestClient client = context.getBean(RestClient.class);
				assertThatThrownBy(() -> client.get().uri("/x").retrieve().toBodilessEntity())
					.isInstanceOf(ResourceAccessException.class);
				Object sources = context.getBean(classLoader.loadClass(TokenSources.class.getName()));
				Object source = sources.getClass().getMethod("get", String.class).invoke(sources, "default");
				Object token = classLoader.loadClass("io.github.outboundauth.token.TokenSource")
					.getMethod("await")
					.invoke(source);
				assertThat(token.getClass().getClassLoader()).isSameAs(classLoader);
			}
			return classLoader;
		}
	}

	/**
	 * Loads the library anew.
	 */
	private static final class ChildFirst extends URLClassLoader {

		ChildFirst(URL library) {
			super(new URL[] { library }, ShutdownTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				if (!name.startsWith("io.github.outboundauth.") || name.contains("Tests")) {
					return super.loadClass(name, resolve);
				}
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : findClass(name);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
			ImperativeHttpClientAutoConfiguration.class, RestClientAutoConfiguration.class,
			WebClientAutoConfiguration.class })
	static class EngineConfiguration {

	}

}
