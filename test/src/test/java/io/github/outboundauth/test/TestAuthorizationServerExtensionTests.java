/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * Tests for how long a {@link TestAuthorizationServer} and its script last.
 */
class TestAuthorizationServerExtensionTests {

	@Test
	void servesAllTestClassesAndEndsAfterTheLast() {
		Set<Thread> others = Thread.getAllStackTraces().keySet();
		EngineTestKit.engine("junit-jupiter")
			.selectors(selectClass(FirstClass.class), selectClass(SecondClass.class))
			.execute()
			.testEvents()
			.assertStatistics((statistics) -> statistics.succeeded(4).failed(0));
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> status(Scripted.server.tokenUri()));
		await().untilAsserted(() -> assertThat(serverThreads()).isSubsetOf(others));
	}

	private static Set<Thread> serverThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().matches("test-authorization-server|HTTP-Dispatcher"))
			.collect(Collectors.toSet());
	}

	private static int status(String url) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
			.statusCode();
	}

	abstract static class Scripted {

		@RegisterExtension
		static final TestAuthorizationServer server = new TestAuthorizationServer();

	}

	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class FirstClass extends Scripted {

		@Test
		@Order(1)
		void leavesAScriptBehind() throws Exception {
			server.answer(TokenAnswer.status(503));
			server.answerNext(TokenAnswer.status(500), TokenAnswer.status(501));
			assertThat(status(server.tokenUri())).isEqualTo(500);
		}

		@Test
		@Order(2)
		void beginsAnew() throws Exception {
			assertThat(server.tokenRequests()).isEmpty();
			assertThat(status(server.tokenUri())).isEqualTo(200);
		}

	}

	static class SecondClass extends Scripted {

		@Test
		void isServed() throws Exception {
			assertThat(status(server.tokenUri())).isEqualTo(200);
		}

		@Test
		void isServedOnDaemonThreads() {
			assertThat(serverThreads()).isNotEmpty().allMatch(Thread::isDaemon);
		}

	}

}
