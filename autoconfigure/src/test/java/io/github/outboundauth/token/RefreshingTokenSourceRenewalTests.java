/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource#refresh()}.
 */
class RefreshingTokenSourceRenewalTests {

	private final SourceFixture fixture = new SourceFixture();

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void replacesAFreshToken() {
		this.fixture.obtain();
		CompletionStage<AccessToken> refreshed = this.source.refresh();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(refreshed).value()).isEqualTo("canary-2");
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void keepsTheTokenWhenItFails() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.LASTING);
		CompletionStage<AccessToken> refreshed = this.source.refresh();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(refreshed).kind()).isEqualTo(Kind.LASTING);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
	}

	@Test
	void leavesItToTheTimerToReplaceTheTokenWhenItFails() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.LASTING);
		this.source.refresh();
		RefreshingTokenSourceRefreshTests.run(this.fixture, Duration.ofSeconds(2910));
		assertThat(this.fetcher.requests()).isEqualTo(3);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-3");
	}

	@Test
	void leavesAFreshTokenAloneAfterThePauseOfOneThatFailed() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.LASTING);
		this.source.refresh();
		this.executor.runAll();
		this.fixture.time.advance(Duration.ofMillis(3500));
		this.fixture.handedOut();
		this.fixture.time.advance(Duration.ofSeconds(1));
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void joinsTheFlight() {
		CompletionStage<AccessToken> caller = this.source.token();
		CompletionStage<AccessToken> refreshed = this.source.refresh();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(refreshed)).isSameAs(SourceFixture.tokenOf(caller));
		assertThat(this.fetcher.requests()).isOne();
	}

	@ParameterizedTest
	@EnumSource(names = { "PASSING", "LASTING", "PROTOCOL" })
	void endsACoolDown(Kind kind) {
		this.fetcher.always(() -> ScriptedFetcher.failure(kind));
		CompletionStage<AccessToken> caller = this.source.token();
		while (!caller.toCompletableFuture().isDone()) {
			this.executor.runAll();
			this.fixture.time.advance(Duration.ofMillis(125));
		}
		assertThat(this.fixture.failure().kind()).isEqualTo(kind);
		this.fetcher.always(null);
		CompletionStage<AccessToken> refreshed = this.source.refresh();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(refreshed)).isSameAs(this.source.current());
	}

	@Test
	void keepsThePauseThatTheServerAskedFor() {
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofMinutes(2)));
		this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(this.source.refresh()).kind()).isEqualTo(Kind.THROTTLED);
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void leavesThePausesOfTheAttemptsToComeAsLongAsTheyWere() {
		this.fixture.time.jitter(0.5);
		this.fetcher.thenFail(Kind.LASTING, 3);
		this.source.token();
		this.executor.runAll();
		this.source.refresh();
		this.executor.runAll();
		CompletionStage<AccessToken> third = this.source.refresh();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(third).nextAttempt()).isEqualTo(ManualTime.START.plusSeconds(20));
	}

	@Test
	void failsOnceTheSourceIsClosed() {
		this.source.close().run();
		assertThat(SourceFixture.failureOf(this.source.refresh()).kind()).isEqualTo(Kind.CALLER);
	}

}
