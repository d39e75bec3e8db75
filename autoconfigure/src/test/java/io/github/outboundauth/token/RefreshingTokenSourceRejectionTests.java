/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource}: tokens that a resource server refused.
 */
class RefreshingTokenSourceRejectionTests {

	private static final Duration STALE = Duration.ofSeconds(2910);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	private AccessToken first;

	@BeforeEach
	void obtainAToken() {
		this.first = this.fixture.obtain();
	}

	@Test
	void fetchesAnotherToken() {
		CompletableFuture<@Nullable AccessToken> second = reject(this.first);
		assertThat(second).isNotDone();
		this.executor.runAll();
		assertThat(second).isCompletedWithValueMatching((token) -> token.value().equals("canary-2"));
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void dropsTheRejectedTokenAtOnce() {
		reject(this.first);
		assertThat(this.source.current()).isNull();
	}

	@Test
	void letsOtherCallersJoinTheFlight() {
		reject(this.first);
		CompletionStage<AccessToken> caller = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(caller).value()).isEqualTo("canary-2");
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void givesTheOtherTokenThatIsThereAlready() {
		reject(this.first);
		this.executor.runAll();
		assertThat(reject(this.first)).isCompletedWithValueMatching((token) -> token.value().equals("canary-2"));
		assertThat(this.executor.size()).isZero();
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void comparesTokensByTheirValue() {
		AccessToken equal = new AccessToken(this.first.value(), Set.of(), Instant.EPOCH, Instant.EPOCH);
		assertThat(reject(equal)).isNotDone();
		assertThat(this.source.current()).isNull();
	}

	@Test
	void sharesOneFlightAmongManyRejections() {
		List<CompletableFuture<@Nullable AccessToken>> rejections = Stream.generate(() -> reject(this.first))
			.limit(1000)
			.toList();
		assertThat(this.executor.size()).isOne();
		this.executor.runAll();
		assertThat(rejections).allSatisfy((rejection) -> assertThat(rejection)
			.isCompletedWithValueMatching((token) -> token.value().equals("canary-2")));
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void countsTheTokenThatReplacesARejectedOneAsUsed() {
		this.time.advance(Duration.ofSeconds(100));
		reject(this.first);
		this.executor.runAll();
		RefreshingTokenSourceRefreshTests.run(this.fixture, STALE);
		assertThat(this.fetcher.requests()).isEqualTo(3);
	}

	@Test
	void joinsTheBackgroundFlight() {
		this.time.advance(STALE);
		assertThat(this.executor.size()).isOne();
		CompletableFuture<@Nullable AccessToken> second = reject(this.first);
		assertThat(this.executor.size()).isOne();
		this.executor.runAll();
		assertThat(second).isCompletedWithValueMatching((token) -> token.value().equals("canary-2"));
	}

	@Test
	void joinsAFlightWithoutDrawingOnTheAllowance() {
		this.time.advance(STALE);
		reject(this.first);
		this.executor.runAll();
		assertThat(rejectUntilRefused()).as("forced fetches left").isEqualTo(3);
	}

	@Test
	void keepsItsAllowanceWhileTokensOfShortLivesAreReplaced() {
		this.fetcher.always(() -> this.fetcher.token("brief-" + this.fetcher.requests(), Duration.ofSeconds(10)));
		this.time.advance(STALE);
		for (int second = 0; second < 120; second++) {
			this.fixture.source.token();
			this.executor.runAll();
			this.time.advance(Duration.ofSeconds(1));
			this.executor.runAll();
		}
		AccessToken brief = this.fixture.source.current();
		assertThat(brief).isNotNull();
		CompletableFuture<@Nullable AccessToken> other = reject(brief);
		this.executor.runAll();
		assertThat(other).isCompletedWithValueMatching((token) -> !token.hasSameValueAs(brief));
	}

	@Test
	void fetchesAfreshWhenTheRejectedTokenHasExpired() {
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		this.time.advance(ScriptedFetcher.LIFETIME);
		this.executor.runAll();
		this.time.advance(ScriptedFetcher.LIFETIME);
		this.fetcher.always(null);
		CompletableFuture<@Nullable AccessToken> second = reject(this.first);
		this.executor.runAll();
		assertThat(second).isCompletedWithValueMatching((token) -> !token.hasSameValueAs(this.first));
	}

	@Test
	void yieldsNothingWhenTheServerGivesTheSameTokenAgain() {
		this.fetcher.thenToken(this.first.value());
		CompletableFuture<@Nullable AccessToken> second = reject(this.first);
		this.executor.runAll();
		assertThat(second).isCompletedWithValue(null);
		assertThat(this.fixture.handedOut()).isEqualTo(this.first.value());
	}

	@Test
	void yieldsNothingWhenTheFetchFails() {
		this.fetcher.thenFail(Kind.LASTING);
		CompletableFuture<@Nullable AccessToken> second = reject(this.first);
		this.executor.runAll();
		assertThat(second).isCompletedWithValue(null);
	}

	@Test
	void doesNotResurrectTheTokenWhenTheFetchFails() {
		this.fetcher.thenFail(Kind.LASTING);
		reject(this.first);
		this.executor.runAll();
		assertThat(this.source.current()).isNull();
		assertThat(this.fixture.failure().kind()).isEqualTo(Kind.LASTING);
	}

	@Test
	void yieldsNothingWhenTheExecutorRejects() {
		this.executor.reject(true);
		assertThat(reject(this.first)).isCompletedWithValue(null);
	}

	@Test
	void yieldsNothingWhenTheTimerTakesNoTasks() {
		this.time.refuseAlarms();
		assertThat(reject(this.first)).isCompletedWithValue(null);
	}

	@Test
	void yieldsNothingDuringACooldown() {
		this.time.advance(STALE);
		this.fetcher.thenFail(Kind.LASTING);
		this.source.current();
		this.executor.runAll();
		assertThat(reject(this.first)).isCompletedWithValue(null);
		assertThat(this.executor.size()).isZero();
		assertThat(this.source.current()).as("the token, which others may use").isSameAs(this.first);
	}

	@Test
	void yieldsNothingDuringACooldownWithoutAToken() {
		this.fetcher.thenFail(Kind.LASTING);
		reject(this.first);
		this.executor.runAll();
		assertThat(reject(this.first)).isCompletedWithValue(null);
		assertThat(this.executor.size()).isZero();
	}

	@Test
	void makesThreeRequestsAtOnceAtMost() {
		assertThat(rejectUntilRefused()).as("besides the one for the first token").isEqualTo(2);
		assertThat(this.fetcher.requests()).isEqualTo(3);
	}

	@Test
	void keepsTheTokenWhenTheGuardIsShut() {
		rejectUntilRefused();
		AccessToken token = this.fixture.obtain();
		assertThat(reject(token)).isCompletedWithValue(null);
		assertThat(this.source.current()).isSameAs(token);
	}

	@Test
	void makesOneMoreRequestEveryTenSeconds() {
		rejectUntilRefused();
		for (int i = 0; i < 5; i++) {
			this.time.advance(Duration.ofSeconds(10).minusNanos(1));
			assertThat(rejectUntilRefused()).isZero();
			this.time.advance(Duration.ofNanos(1));
			assertThat(rejectUntilRefused()).isOne();
		}
	}

	@Test
	void savesUpNoMoreThanThreeRequests() {
		rejectUntilRefused();
		this.time.advance(Duration.ofMinutes(10));
		assertThat(rejectUntilRefused()).isEqualTo(3);
	}

	@Test
	void guardsAgainstTheSameTokenAgainAndAgain() {
		this.fetcher.always(() -> this.fetcher.token("same", ScriptedFetcher.LIFETIME));
		for (int i = 0; i < 1000; i++) {
			CompletionStage<AccessToken> stage = this.source.token();
			this.executor.runAll();
			reject(SourceFixture.tokenOf(stage));
			this.executor.runAll();
		}
		assertThat(this.fetcher.requests()).isEqualTo(3);
	}

	@Test
	void doesNotBelongToTheCallerThatRejected() {
		reject(this.first).cancel(true);
		CompletionStage<AccessToken> other = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(other).value()).isEqualTo("canary-2");
	}

	/**
	 * Reject each token as soon as it arrives, and say how many new ones that brought.
	 */
	private int rejectUntilRefused() {
		int requests = this.fetcher.requests();
		CompletableFuture<@Nullable AccessToken> next;
		do {
			next = reject(this.fixture.obtain());
			this.executor.runAll();
		}
		while (next.join() != null);
		return this.fetcher.requests() - requests;
	}

	private CompletableFuture<@Nullable AccessToken> reject(AccessToken token) {
		return this.source.reject(token).toCompletableFuture();
	}

}
