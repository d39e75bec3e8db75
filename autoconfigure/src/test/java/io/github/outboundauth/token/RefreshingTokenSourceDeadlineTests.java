/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource}: a flight that is ended from outside.
 */
class RefreshingTokenSourceDeadlineTests {

	private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(10);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void isGivenUpAfterItsTotalTimeout() {
		this.fetcher.thenFail(Kind.PASSING);
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		this.time.advance(TOTAL_TIMEOUT.minusNanos(1));
		assertThat(stage.toCompletableFuture()).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).message())
			.isEqualTo("OAuth2 client 'orders': no complete answer within 10000 ms. Check that the authorization "
					+ "server is reachable and fast enough, or raise http.total-timeout. "
					+ "[next-attempt=2026-11-21T08:00:10.800Z]");
	}

	@Test
	void saysSoWhenItHadNoTurnWithinItsTotalTimeout() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.time.advance(TOTAL_TIMEOUT);
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).message()).startsWith("OAuth2 client 'orders': no turn within "
				+ "10000 ms; 4 requests at a time are made to one token endpoint. ");
		assertThat(this.fetcher.requests()).isZero();
	}

	@Test
	void makesNoRequestOnceItIsGivenUp() {
		this.source.token();
		this.time.advance(TOTAL_TIMEOUT);
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isZero();
	}

	@Test
	void ignoresALateAnswer() {
		this.fetcher.then(() -> {
			this.time.advance(TOTAL_TIMEOUT);
			return this.fetcher.token("late", Duration.ofHours(1));
		});
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		SourceFixture.failureOf(stage);
		assertThat(this.source.current()).isNull();
		assertThat(this.source.token().toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void replacesNothingByALateAnswer() {
		CompletableFuture<AccessToken> second = new CompletableFuture<>();
		this.fetcher.then(() -> {
			this.time.advance(TOTAL_TIMEOUT.plusSeconds(1));
			this.source.token().thenAccept(second::complete);
			this.executor.runAll();
			return this.fetcher.token("late", Duration.ofHours(1));
		}).thenToken("newer");
		this.source.token();
		this.executor.runNext();
		assertThat(second).isCompletedWithValueMatching((token) -> token.value().equals("newer"));
		assertThat(this.fixture.handedOut()).isEqualTo("newer");
	}

	@Test
	void wakesWaitersElsewhereThanOnTheTimer() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.time.advance(TOTAL_TIMEOUT);
		assertThat(stage.toCompletableFuture()).isNotDone();
		this.executor.runAll();
		assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void wakesWaitersOnTheTimerIfThereIsNowhereElse() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.reject(true);
		this.time.advance(TOTAL_TIMEOUT);
		assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void plansNothingAfterALateFailure() {
		this.fetcher.then(() -> {
			this.source.close().run();
			return ScriptedFetcher.failure(Kind.PASSING);
		});
		this.source.token();
		this.executor.runAll();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void leavesNoDeadlineBehind() {
		this.fetcher.thenFail(Kind.LASTING);
		this.source.token();
		this.executor.runAll();
		assertThat(this.time.pendingAlarms()).as("the end of the pause").isOne();
	}

	@Test
	void freesTheThreadOfAnAttemptThatIsGivenUp() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		this.fetcher.then(() -> {
			begun.countDown();
			return awaitInterrupt(never);
		});
		CompletionStage<AccessToken> stage;
		ExecutorService worker = Executors.newSingleThreadExecutor();
		try {
			RefreshingTokenSource source = SourceFixture.source(this.fetcher, RefreshPolicy.DEFAULT,
					RetryPolicy.DEFAULT, this.time, worker);
			stage = source.token();
			assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
			this.time.advance(TOTAL_TIMEOUT);
			assertThat(worker.submit(Thread::interrupted).get(30, TimeUnit.SECONDS))
				.as("interrupt status left to the next task")
				.isFalse();
			assertThat(source.current()).isNull();
		}
		finally {
			worker.shutdownNow();
		}
		assertThat(SourceFixture.failureOf(stage).problem()).isEqualTo("no complete answer within 10000 ms");
	}

	@Test
	void keepsAnInterruptThatWasNotMeantForTheAttempt() {
		this.fetcher.then(() -> {
			Thread.currentThread().interrupt();
			return this.fetcher.numberedToken();
		});
		this.fixture.obtain();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void interruptsTheRunningAttemptOnClose() {
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		this.fetcher.then(() -> {
			this.source.close().run();
			interrupted.complete(Thread.currentThread().isInterrupted());
			return this.fetcher.numberedToken();
		});
		this.source.token();
		this.executor.runNext();
		assertThat(interrupted).isCompletedWithValue(true);
		assertThat(Thread.interrupted()).as("interrupt status left to the next task").isFalse();
	}

	@Test
	void wakesThoseWhoWaitOnClose() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.source.close().run();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).message())
			.isEqualTo("OAuth2 client 'orders': the application context was closed. "
					+ "Make no calls while the application shuts down.");
	}

	@Test
	void handsOutNothingOnceItIsClosed() {
		AccessToken token = this.fixture.obtain();
		this.source.close().run();
		assertThat(this.source.current()).isNull();
		assertThat(this.fixture.failure().message())
			.isEqualTo("OAuth2 client 'orders': the application context is closed. Make no calls after shutdown.");
		assertThat(this.source.reject(token).toCompletableFuture()).isCompletedWithValue(null);
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void leavesNoAlarmBehindOnClose() {
		this.fixture.obtain();
		this.time.advance(Duration.ofSeconds(3000));
		this.source.close().run();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void givesUpItsPlaceAmongTheRequests() {
		for (int i = 0; i < ConcurrencyLimit.TASKS; i++) {
			this.source.token();
			this.time.advance(Duration.ofMinutes(1));
		}
		int tasks = this.executor.size();
		this.source.token();
		assertThat(this.executor.size()).isEqualTo(tasks + 1);
	}

	@Test
	void plansNoFurtherAttemptOnceItIsClosed() {
		this.fetcher.thenFail(Kind.PASSING);
		this.source.token();
		this.executor.runAll();
		this.source.close().run();
		this.executor.runAll();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void makesNoRequestBeforeThoseWhoWaitAreWoken() {
		this.source.token();
		Runnable waking = this.source.close();
		this.executor.runAll();
		waking.run();
		assertThat(this.fetcher.requests()).isZero();
	}

	@Test
	void makesNoRequestOnceItIsClosed() {
		this.source.token();
		this.source.close().run();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isZero();
	}

	@Test
	void keepsNoTokenThatArrivesAfterClose() {
		this.fetcher.then(() -> {
			this.source.close().run();
			return this.fetcher.numberedToken();
		});
		this.source.token();
		this.executor.runAll();
		assertThat(this.source.current()).isNull();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void canBeClosedTwice() {
		this.fixture.obtain();
		this.source.close().run();
		this.source.close().run();
		assertThat(this.source.current()).isNull();
	}

	private static TokenFetcher.Result awaitInterrupt(CountDownLatch never) {
		try {
			never.await();
			throw new AssertionError("woken without an interrupt");
		}
		catch (InterruptedException ex) {
			// As a client does that turns the interrupt into an exception of its own.
			Thread.currentThread().interrupt();
			return ScriptedFetcher.failure(Kind.CALLER);
		}
	}

}
