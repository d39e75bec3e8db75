/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever waits, waits so that a virtual thread could leave its carrier. Up to Java 23 a
 * monitor pins it: on platform threads the monitors can be listed. What pins it on later
 * versions the JDK tells.
 */
@Timeout(120)
class VirtualThreadTests {

	private static final String CALLER = "pinning-caller-";

	private static final int CALLERS = 8;

	private static final Runnable NOTHING = () -> {
	};

	private final Script tokens = Script.tokens("canary-", 3600);

	private final ScriptedServer issuer = new ScriptedServer(this.tokens);

	private final Script metadata = Script.json(200,
			"{\"issuer\":\"" + this.issuer.url("") + "\",\"token_endpoint\":\"" + this.issuer.url("/token") + "\"}");

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("spring.threads.virtual.enabled=true", "oauth.client.issuer-uri=" + this.issuer.url(""),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.base-url=" + this.api.url("/v1"));

	@TempDir
	private Path directory;

	@AfterEach
	void close() {
		this.issuer.close();
		this.api.close();
	}

	static List<String> engines() {
		return List.of("http-components", "jdk", "jetty", "reactor", "simple");
	}

	@ParameterizedTest
	@MethodSource("engines")
	@EnabledForJreRange(max = JRE.JAVA_20)
	void nobodyWaitsHoldingAMonitor(String engine) {
		waitInEveryWay(engine, () -> {
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> waitingCallers() == CALLERS);
			assertThat(heldMonitors()).isEmpty();
		});
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void oneWhoHoldsAMonitorIsFound() {
		synchronized (this) {
			assertThat(heldMonitors()).isNotEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("engines")
	@EnabledForJreRange(min = JRE.JAVA_21)
	void nobodyIsPinned(String engine) throws Exception {
		// Classes are loaded and initialized by whoever comes first, who is pinned.
		waitInEveryWay(engine, NOTHING);
		assertThat(pinned(() -> waitInEveryWay(engine, NOTHING))).isEmpty();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void oneWhoIsPinnedIsFound() throws Exception {
		assertThat(pinned(() -> CompletableFuture.runAsync(Slow::touch, callers()).join())).isNotEmpty();
	}

	private List<RecordedEvent> pinned(Runnable task) throws Exception {
		Path file = this.directory.resolve("pinned.jfr");
		try (Recording recording = new Recording()) {
			recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
			recording.start();
			task.run();
			recording.stop();
			recording.dump(file);
		}
		return RecordingFile.readAllEvents(file).stream().filter(VirtualThreadTests::isOurWait).toList();
	}

	/**
	 * Whether our code asks the JDK to wait: not a library that it calls, and not for a
	 * class that another thread loads, links or initializes.
	 */
	private static boolean isOurWait(RecordedEvent event) {
		List<String> frames = event.getStackTrace()
			.getFrames()
			.stream()
			.map(RecordedFrame::getMethod)
			.map((method) -> method.getType().getName() + "." + method.getName())
			.toList();
		List<String> jdk = frames.stream().takeWhile((frame) -> frame.matches("(java|jdk|sun)\\..*")).toList();
		return frames.size() > jdk.size() && frames.get(jdk.size()).startsWith("io.github.outboundauth.")
				&& !jdk.isEmpty() && jdk.stream().noneMatch(VirtualThreadTests::isOfClasses);
	}

	private static boolean isOfClasses(String frame) {
		return frame
			.matches("java\\.lang\\.(Class|ClassLoader|invoke\\..*)\\..*|jdk\\.internal\\.loader\\..*|.*\\.<clinit>");
	}

	private static long waitingCallers() {
		return threads().filter((thread) -> thread.getThreadName().startsWith(CALLER))
			.filter((thread) -> thread.getThreadState() == Thread.State.WAITING
					|| thread.getThreadState() == Thread.State.TIMED_WAITING)
			.count();
	}

	private static List<MonitorInfo> heldMonitors() {
		return threads().flatMap((thread) -> Arrays.stream(thread.getLockedMonitors()))
			.filter((monitor) -> monitor.getLockedStackFrame().getClassName().startsWith("io.github.outboundauth."))
			.toList();
	}

	private static Stream<ThreadInfo> threads() {
		return Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(true, false));
	}

	/**
	 * Have callers wait for metadata, for a token, for one after a refusal, and for one
	 * that never comes because the application ends.
	 */
	private void waitInEveryWay(String engine, Runnable meanwhile) {
		this.runner.withPropertyValues("spring.http.clients.imperative.factory=" + engine).run((context) -> {
			TokenSource source = context.getBean(TokenSources.class).get("default");
			assertThat(callDuring(context, "/.well-known", NOTHING, meanwhile))
				.allSatisfy(VirtualThreadTests::succeeds);
			assertThat(callDuring(context, "/token", source::drop, meanwhile)).allSatisfy(VirtualThreadTests::succeeds);
			assertThat(callDuring(context, "/token", () -> refuse(source.await()), meanwhile))
				.allSatisfy(VirtualThreadTests::succeeds);
			assertThat(callDuring(context, "/token", source::drop, () -> {
				meanwhile.run();
				context.getSourceApplicationContext().close();
			})).allSatisfy((call) -> assertThat(call).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class));
		});
	}

	private void refuse(AccessToken token) {
		String refused = "Bearer " + token.value();
		this.api.script(
				(request, socket) -> Script.send(socket, refused.equals(request.header("Authorization")) ? 401 : 200,
						"WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", ""));
	}

	private static void succeeds(CompletableFuture<?> call) {
		assertThat(call).succeedsWithin(Duration.ofSeconds(30));
	}

	/**
	 * Have callers call, and do something while the issuer holds an answer back.
	 * @param before makes their token useless, by which it may be replaced at once
	 */
	private List<CompletableFuture<?>> callDuring(ApplicationContext context, String path, Runnable before,
			Runnable task) throws InterruptedException {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		this.issuer.script((request, socket) -> {
			if (request.path().startsWith(path)) {
				asked.countDown();
				answer.await();
			}
			(request.method().equals("GET") ? this.metadata : this.tokens).answer(request, socket);
		});
		try {
			before.run();
			List<CompletableFuture<?>> calls = call(context);
			assertThat(asked.await(30, TimeUnit.SECONDS)).as("somebody asks for %s", path).isTrue();
			task.run();
			return calls;
		}
		finally {
			answer.countDown();
		}
	}

	private static Executor callers() {
		SimpleAsyncTaskExecutor callers = new SimpleAsyncTaskExecutor(CALLER);
		callers.setVirtualThreads(JRE.currentVersionNumber() >= 21);
		return callers;
	}

	private static List<CompletableFuture<?>> call(ApplicationContext context) {
		Executor callers = callers();
		RestClient restClient = context.getBean(RestClient.class);
		WebClient webClient = context.getBean(WebClient.class);
		return IntStream.range(0, CALLERS).<CompletableFuture<?>>mapToObj((number) -> CompletableFuture.runAsync(() -> {
			if (number % 2 == 0) {
				restClient.get().uri("/x").retrieve().toBodilessEntity();
			}
			else {
				webClient.get().uri("/x").retrieve().toBodilessEntity().block();
			}
		}, callers)).toList();
	}

	/**
	 * A class that whoever comes first waits to be initialized.
	 */
	private static final class Slow {

		static {
			LockSupport.parkNanos(1_000_000);
		}

		static void touch() {
		}

	}

}
