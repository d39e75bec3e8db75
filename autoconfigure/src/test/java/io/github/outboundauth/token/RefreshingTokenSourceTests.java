/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.token.Cooldown.Throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link RefreshingTokenSource}: what callers are handed out.
 */
class RefreshingTokenSourceTests {

	private static final Duration STALE = Duration.ofSeconds(2910);

	private static final Duration EXPIRED = Duration.ofSeconds(3570);

	private static final Duration TICK = Duration.ofNanos(1);

	private final SourceFixture fixture = new SourceFixture();

	private final ManualTime time = this.fixture.time;

	private final QueueingExecutor executor = this.fixture.executor;

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void hasNoTokenAtFirst() {
		assertThat(this.source.current()).isNull();
		assertThat(this.executor.size()).as("token requests for a caller that will not wait").isZero();
	}

	@Test
	void fetchesTheFirstToken() {
		CompletionStage<AccessToken> stage = this.source.token();
		assertThat(stage.toCompletableFuture()).isNotDone();
		this.executor.runNext();
		assertThat(SourceFixture.tokenOf(stage).value()).isEqualTo("canary-1");
	}

	@Test
	void handsOutAFreshTokenWithoutAFetch() {
		AccessToken token = this.fixture.obtain();
		this.time.advance(STALE.minus(TICK));
		assertThat(this.source.current()).isSameAs(token);
		assertThat(SourceFixture.tokenOf(this.source.token())).isSameAs(token);
		assertThat(this.source.await()).isSameAs(token);
		assertThat(this.executor.size()).isZero();
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void handsOutAStaleTokenWhileItsReplacementIsFetched() {
		AccessToken token = this.fixture.obtain();
		this.time.advance(STALE);
		assertThat(this.source.current()).isSameAs(token);
		assertThat(SourceFixture.tokenOf(this.source.token())).isSameAs(token);
		assertThat(this.source.await()).isSameAs(token);
		this.executor.runAll();
		assertThat(this.fetcher.requests()).isEqualTo(2);
		assertThat(this.fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void keepsNobodyWaitingThroughoutTheStaleTime() {
		AccessToken token = this.fixture.obtain();
		this.time.advance(EXPIRED.minus(TICK));
		assertThat(SourceFixture.tokenOf(this.source.token())).isSameAs(token);
	}

	@Test
	void handsOutAStaleTokenThoughItsReplacementFails() {
		AccessToken token = this.fixture.obtain();
		this.time.advance(STALE);
		this.fetcher.thenFail(TokenFailure.Kind.LASTING);
		this.source.current();
		this.executor.runAll();
		assertThat(this.source.current()).isSameAs(token);
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void handsOutNoExpiredToken() {
		this.fixture.obtain();
		this.time.advance(STALE.minus(TICK));
		this.fetcher.always(() -> ScriptedFetcher.failure(TokenFailure.Kind.PASSING));
		this.time.advance(EXPIRED.minus(STALE).plus(TICK));
		assertThat(this.source.current()).isNull();
	}

	@Test
	void waitsForOneFlightOnceTheTokenHasExpired() {
		this.fixture.obtain();
		this.time.advance(EXPIRED);
		List<CompletableFuture<AccessToken>> callers = callers(100);
		assertThat(callers).noneMatch(CompletableFuture::isDone);
		this.executor.runAll();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.join().value()).isEqualTo("canary-2"));
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void takesTheTokenThatAnotherCallerObtainsMeanwhile() {
		AtomicReference<@Nullable RefreshingTokenSource> other = new AtomicReference<>();
		CurrentToken token = new CurrentToken(
				new TokenSources.Registration("orders", "https://idp.example.com/token", "orders", this.fetcher,
						RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT),
				new TokenSources.Shared(this.time, new ConcurrencyLimit(Runnable::run), Runnable::run,
						new Announcer(List.of(), Runnable::run), new Throttle()));
		RefreshingTokenSource source = new RefreshingTokenSource("orders", token,
				new TokenSources.Callers(FailureException::new, () -> {
					other.get().token();
					return true;
				}));
		other.set(source);
		assertThat(source.await().value()).isEqualTo("canary-1");
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void waitsForTheTokenWhereTheCallerMayBlock() {
		RefreshingTokenSource source = SourceFixture.source(this.fetcher, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT,
				this.time, Runnable::run);
		assertThat(source.await().value()).isEqualTo("canary-1");
	}

	@Test
	@Timeout(30)
	void doesNotWaitForWhatItsOwnRequestBrings() {
		this.fetcher.then(() -> catchThrowableOfType(FailureException.class, this.source::await).failure());
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		TokenFailure failure = SourceFixture.failureOf(stage);
		assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.CALLER);
		assertThat(failure.problem()).isEqualTo("its token request waits for the token that it is to bring");
	}

	@Test
	void mayHandOutItsTokenToTheRequestThatReplacesIt() {
		this.fixture.obtain();
		this.time.advance(STALE);
		this.fetcher.then(() -> this.fetcher.token("after-" + this.source.await().value(), null));
		assertThat(this.fixture.handedOut()).isEqualTo("canary-1");
		this.executor.runAll();
		assertThat(this.fixture.handedOut()).isEqualTo("after-canary-1");
	}

	@Test
	void sharesOneFlightAmongConcurrentCallers() {
		List<CompletableFuture<AccessToken>> callers = callers(100);
		assertThat(this.executor.size()).isOne();
		this.executor.runAll();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller).isCompleted());
		assertThat(this.fetcher.requests()).isOne();
	}

	@Test
	void sharesTheBackgroundFlightWithCallersOfAnExpiredToken() {
		this.fixture.obtain();
		this.time.advance(EXPIRED.minus(TICK));
		this.source.current();
		this.time.advance(TICK);
		List<CompletableFuture<AccessToken>> callers = callers(10);
		this.executor.runAll();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller).isCompleted());
		assertThat(this.fetcher.requests()).isEqualTo(2);
	}

	@Test
	void publishesTheTokenBeforeItWakesWaiters() {
		CompletableFuture<AccessToken> seen = this.source.token()
			.thenApply((token) -> this.source.current())
			.toCompletableFuture();
		this.executor.runAll();
		assertThat(seen).isCompletedWithValueMatching((token) -> token.value().equals("canary-1"));
	}

	@Test
	void letsAWaiterBeginTheNextFlight() {
		this.fetcher.thenToken("short", Duration.ofSeconds(60));
		CompletableFuture<AccessToken> next = this.source.token()
			.thenCompose((token) -> this.source.reject(token))
			.toCompletableFuture();
		this.executor.runAll();
		assertThat(next).isCompletedWithValueMatching((token) -> token.value().equals("canary-2"));
	}

	@Test
	void countsTheLifetimeFromTheSendingOfTheRequest() {
		this.fetcher.then(() -> {
			TokenFetcher.Response response = this.fetcher.token("slow", Duration.ofSeconds(60));
			this.time.advance(Duration.ofSeconds(9));
			return response;
		});
		AccessToken token = this.fixture.obtain();
		assertThat(token.issuedAt()).isEqualTo(ManualTime.START);
		assertThat(token.expiresAt()).isEqualTo(ManualTime.START.plusSeconds(60));
		this.time.advance(Duration.ofSeconds(45).minus(TICK));
		assertThat(this.source.current()).isSameAs(token);
		this.time.advance(TICK);
		assertThat(this.source.current()).isNull();
	}

	@Test
	void takesATokenThatExpiredOnItsWayForAFailure() {
		this.fetcher.then(() -> {
			TokenFetcher.Response response = this.fetcher.token("late", Duration.ofSeconds(5));
			this.time.advance(Duration.ofMillis(4500));
			return response;
		});
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(stage).problem()).isEqualTo("the token had expired before it arrived");
		assertThat(SourceFixture.failureOf(stage).attempts()).isOne();
	}

	@Test
	void keepsAUsableTokenWhenItsReplacementExpiredOnItsWay() {
		AccessToken token = this.fixture.obtain();
		this.time.advance(STALE);
		this.fetcher.then(() -> {
			TokenFetcher.Response response = this.fetcher.token("late", Duration.ofSeconds(5));
			this.time.advance(Duration.ofSeconds(5));
			return response;
		});
		this.source.current();
		this.executor.runAll();
		assertThat(this.source.current()).isSameAs(token);
	}

	@Test
	void plansAnewFromTheLifetimeOfTheReplacement() {
		this.fixture.obtain();
		this.time.advance(STALE);
		this.fetcher.thenToken("brief", Duration.ofSeconds(60));
		this.source.current();
		this.executor.runAll();
		this.time.advance(Duration.ofSeconds(30).minus(TICK));
		this.source.current();
		assertThat(this.executor.size()).isZero();
		this.time.advance(TICK);
		assertThat(this.executor.size()).isOne();
	}

	@Test
	void usesTheDefaultLifetimeWhenTheServerNamesNone() {
		this.fetcher.thenToken("endless", null);
		assertThat(this.fixture.obtain().expiresAt()).isEqualTo(ManualTime.START.plusSeconds(300));
	}

	@Test
	void passesOnTheScopesThatWereGranted() {
		this.fetcher.then(() -> new TokenFetcher.Response("scoped", Set.of("read"), null, null, this.time.nanoTime()));
		assertThat(this.fixture.obtain().scopes()).containsExactly("read");
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MAX_VALUE, Long.MAX_VALUE - 3_000_000_000_000L, -1, 0 })
	void survivesTheOverflowOfTheClock(long origin) {
		SourceFixture fixture = new SourceFixture(new ManualTime(origin));
		AccessToken token = fixture.obtain();
		fixture.time.advance(STALE.minus(TICK));
		assertThat(fixture.source.current()).isSameAs(token);
		assertThat(fixture.executor.size()).isZero();
		fixture.time.advance(TICK);
		assertThat(fixture.source.current()).isSameAs(token);
		assertThat(fixture.executor.size()).isOne();
		fixture.executor.runAll();
		assertThat(fixture.handedOut()).isEqualTo("canary-2");
	}

	@Test
	void handsOutNoTokenThatExpiredBeforeTheOverflowOfTheClock() {
		Duration expired = STALE.plus(EXPIRED);
		SourceFixture fixture = new SourceFixture(new ManualTime(Long.MAX_VALUE - expired.toNanos()));
		fixture.obtain();
		RefreshingTokenSourceRefreshTests.run(fixture, expired.plus(TICK));
		assertThat(fixture.time.nanoTime()).isNegative();
		assertThat(fixture.source.token().toCompletableFuture()).isNotDone();
	}

	private List<CompletableFuture<AccessToken>> callers(int count) {
		return Stream.generate(() -> this.source.token().toCompletableFuture()).limit(count).toList();
	}

}
