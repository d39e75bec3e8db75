/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource} with many threads.
 */
@Timeout(60)
class TokenSourceStressTests {

	private static final int CALLERS = 10_000;

	private static final int THREADS = 64;

	private static final Duration LIFETIME = Duration.ofSeconds(60);

	/** Long enough for no flight to be given up, which would let a second one begin. */
	private static final RetryPolicy PATIENT = new RetryPolicy(2, Duration.ofMillis(250), Duration.ofSeconds(5),
			Duration.ofDays(365));

	private final ManualTime time = new ManualTime();

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	private final ScriptedFetcher fetcher = new ScriptedFetcher(this.time);

	private final ExecutorService workers = Executors.newFixedThreadPool(4);

	private final RefreshingTokenSource source = SourceFixture.source(this.fetcher, RefreshPolicy.DEFAULT, PATIENT,
			this.time, this.workers);

	@AfterEach
	void stopTheWorkers() {
		this.workers.shutdownNow();
	}

	@Test
	void makesOneRequestForManyColdCallersThatDoNotBlock() throws Exception {
		CountDownLatch waiting = new CountDownLatch(CALLERS);
		this.fetcher.thenWaitFor(waiting, this.fetcher::numberedToken);
		List<Future<CompletionStage<AccessToken>>> callers = callAll(Executors.newFixedThreadPool(THREADS), () -> {
			CompletionStage<AccessToken> stage = this.source.token();
			waiting.countDown();
			return stage;
		});
		for (Future<CompletionStage<AccessToken>> caller : callers) {
			AccessToken token = caller.get().toCompletableFuture().get(10, TimeUnit.SECONDS);
			assertThat(token.value()).isEqualTo("canary-1");
		}
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void makesOneRequestForManyColdCallersOnPlatformThreads() throws Exception {
		expectOneRequest(Executors.newFixedThreadPool(THREADS), THREADS);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void makesOneRequestForManyColdCallersOnVirtualThreads() throws Exception {
		expectOneRequest(virtualThreads(), CALLERS);
	}

	@Test
	void sharesAFailureAmongManyColdCallers() throws Exception {
		CountDownLatch waiting = new CountDownLatch(CALLERS);
		this.fetcher.thenWaitFor(waiting, () -> ScriptedFetcher.failure(Kind.LASTING));
		List<Future<CompletionStage<AccessToken>>> callers = callAll(Executors.newFixedThreadPool(THREADS), () -> {
			CompletionStage<AccessToken> stage = this.source.token();
			waiting.countDown();
			return stage;
		});
		for (Future<CompletionStage<AccessToken>> caller : callers) {
			CompletableFuture<AccessToken> future = caller.get().toCompletableFuture();
			assertThat(future).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class);
		}
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void makesOneRequestForManyRejectionsAtOnce() throws Exception {
		AccessToken revoked = this.source.token().toCompletableFuture().get(10, TimeUnit.SECONDS);
		List<Future<@Nullable AccessToken>> callers = callAll(Executors.newFixedThreadPool(THREADS),
				() -> this.source.reject(revoked).toCompletableFuture().get(10, TimeUnit.SECONDS));
		for (Future<@Nullable AccessToken> caller : callers) {
			assertThat(caller.get()).isNotNull().matches((token) -> !token.hasSameValueAs(revoked));
		}
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	/**
	 * Holds the lock where a flight has landed until both callers, which saw no flight,
	 * want it.
	 */
	@Test
	void makesOneRequestForCallersThatFindTheTokenStaleTogether() throws Exception {
		SourceFixture fixture = new SourceFixture();
		List<Thread> callers = List.of(new Thread(fixture.source::current), new Thread(fixture.source::current));
		fixture.fetcher.then(() -> {
			fixture.time.onWake(() -> {
				fixture.time.onWake(null);
				fixture.time.advance(Duration.ofSeconds(2910));
				callers.forEach(Thread::start);
				callers.forEach(TokenSourceStressTests::awaitBlocked);
			});
			return fixture.fetcher.numberedToken();
		});
		fixture.source.token();
		fixture.executor.runNext();
		for (Thread caller : callers) {
			caller.join();
		}
		fixture.executor.runAll();
		assertThat(fixture.fetcher.requests()).isEqualTo(2);
	}

	@RepeatedTest(2)
	void neverFetchesTwiceAtOnceWhateverCallersDo() throws Exception {
		Map<String, Long> sent = new ConcurrentHashMap<>();
		this.fetcher.always(() -> answer(sent));
		CountDownLatch busy = new CountDownLatch(4);
		ExecutorService threads = Executors.newFixedThreadPool(5);
		try {
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				Random random = new Random(i);
				callers.add(threads.submit(() -> {
					try {
						actAtRandom(random, sent);
					}
					finally {
						busy.countDown();
					}
				}));
			}
			Future<?> timer = threads.submit(() -> {
				// Until all have left: one may wait for the next attempt of its flight.
				while (busy.getCount() > 0) {
					this.time.advance(Duration.ofMillis(100));
				}
			});
			for (Future<?> caller : callers) {
				caller.get();
			}
			timer.get();
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.violations).isEmpty();
		assertThat(this.fetcher.mostRunning()).isOne();
	}

	private TokenFetcher.Result answer(Map<String, Long> sent) {
		int number = this.fetcher.requests();
		if (number % 7 == 0) {
			return ScriptedFetcher.failure(Kind.values()[number % Kind.values().length]);
		}
		TokenFetcher.Response response = this.fetcher.token("canary-" + number, LIFETIME);
		sent.put(response.token(), response.requestedAt());
		return response;
	}

	private void actAtRandom(Random random, Map<String, Long> sent) {
		while (!isOver()) {
			long now = this.time.nanoTime();
			AccessToken token = this.source.current();
			if (token == null) {
				waitForToken();
				continue;
			}
			if (now - sent.get(token.value()) >= LIFETIME.toNanos() * 9 / 10) {
				this.violations.add("handed out " + token.value() + ", which had expired before");
			}
			if (random.nextInt(100) == 0) {
				AccessToken other = this.source.reject(token).toCompletableFuture().join();
				if (other != null && other.hasSameValueAs(token)) {
					this.violations.add("given " + token.value() + ", which was rejected");
				}
			}
		}
	}

	/**
	 * Until the thread wants a lock that this one holds.
	 */
	private static void awaitBlocked(Thread thread) {
		long self = Thread.currentThread().getId();
		while (lockOwner(thread) != self) {
			if (!thread.isAlive()) {
				throw new AssertionError("A caller did not need the lock");
			}
			Thread.onSpinWait();
		}
	}

	private static long lockOwner(Thread thread) {
		ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
		return (info != null) ? info.getLockOwnerId() : -1;
	}

	private void waitForToken() {
		try {
			this.source.await();
		}
		catch (FailureException ex) {
			Thread.onSpinWait();
		}
	}

	private boolean isOver() {
		return this.fetcher.requests() >= 200 || !this.violations.isEmpty();
	}

	private void expectOneRequest(ExecutorService threads, int parallel) throws Exception {
		CountDownLatch calling = new CountDownLatch(parallel);
		this.fetcher.thenWaitFor(calling, this.fetcher::numberedToken);
		List<Future<AccessToken>> callers = callAll(threads, () -> {
			calling.countDown();
			return this.source.await();
		});
		for (Future<AccessToken> caller : callers) {
			assertThat(caller.get().value()).isEqualTo("canary-1");
		}
		assertThat(this.fetcher.requests()).isOne();
	}

	private static <T extends @Nullable Object> List<Future<T>> callAll(ExecutorService threads, Callable<T> call)
			throws InterruptedException {
		try {
			List<Callable<T>> calls = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				calls.add(call);
			}
			return threads.invokeAll(calls, 20, TimeUnit.SECONDS);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * By reflection, because the tests are compiled for Java 17.
	 */
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		try {
			return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
		}
		catch (InvocationTargetException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

}
