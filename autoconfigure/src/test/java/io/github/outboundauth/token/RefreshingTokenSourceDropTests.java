/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource}: a token that is of no use any more.
 */
class RefreshingTokenSourceDropTests {

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void isNotHandedOutAgain() {
		this.fixture.obtain();
		this.source.drop();
		assertThat(this.source.current()).isNull();
	}

	@Test
	void isReplacedAtOnceIfItWasInUse() {
		this.fixture.obtain();
		this.source.drop();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isEqualTo(2);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void isNotReplacedIfNobodyUsedIt() {
		this.source.drop();
		assertThat(this.executor.size()).isZero();
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-1");
	}

	@Test
	void isReplacedUnusedIfItIsToBeKeptWarm() {
		RefreshPolicy policy = RefreshPolicy.DEFAULT;
		SourceFixture warm = new SourceFixture(new RefreshPolicy(policy.outageTolerance(), policy.margin(),
				policy.defaultLifetime(), policy.maxLifetime(), true));
		warm.source.drop();
		warm.executor.runAll();
		assertThat(warm.fetcher.requests()).isOne();
	}

	@Test
	void aFlightInProgressBringsNothing() {
		CompletionStage<AccessToken> waiting = this.source.token();
		this.source.drop();
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isOne();
		assertThat(SourceFixture.tokenOf(waiting).value()).isEqualTo("canary-1");
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
	}

	@Test
	void whatAFlightBringsLateIsThrownAway() {
		this.fetcher.then(() -> {
			this.source.drop();
			return this.fetcher.token("canary-outdated", Duration.ofHours(1));
		});
		CompletionStage<AccessToken> waiting = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(waiting).value()).isEqualTo("canary-2");
		this.time.advance(Duration.ofSeconds(2910));
		assertThat(this.executor.size()).as("counts as used by those who waited").isOne();
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void whoWaitsFailsLikeTheNextFlight() {
		CompletionStage<AccessToken> waiting = this.source.token();
		this.source.drop();
		this.fetcher.thenFail(Kind.LASTING);
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(waiting).kind()).isEqualTo(Kind.LASTING);
	}

	@Test
	void whoWaitsFailsIfTheServerAskedForAPauseMeanwhile() {
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(5)));
		CompletionStage<AccessToken> waiting = this.source.token();
		this.executor.runAll();
		this.source.drop();
		assertThat(SourceFixture.failureOf(waiting).kind()).isEqualTo(Kind.THROTTLED);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.executor.size()).isZero();
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void aCoolDownIsOver() {
		this.fetcher.thenFail(Kind.LASTING);
		this.source.token();
		this.executor.runAll();
		this.source.drop();
		assertThat(this.fixture.obtain().value()).isEqualTo("canary-2");
	}

	@Test
	void aPauseThatTheServerAskedForIsNot() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.THROTTLED);
		this.source.refresh();
		this.executor.runAll();
		this.source.drop();
		assertThat(this.executor.size()).isZero();
		assertThat(SourceFixture.failureOf(this.source.token()).kind()).isEqualTo(Kind.THROTTLED);
	}

	@Test
	void nothingIsFetchedAfterTheEnd() {
		this.fixture.obtain();
		this.source.close().run();
		this.source.drop();
		assertThat(this.executor.size()).isZero();
	}

}
