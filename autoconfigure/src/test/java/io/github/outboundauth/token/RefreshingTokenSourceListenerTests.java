/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.Cooldown.Throttle;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenListener.Obtained;
import io.github.outboundauth.token.TokenListener.Recovered;
import io.github.outboundauth.token.TokenListener.RefreshFailed;
import io.github.outboundauth.token.TokenListener.Rejected;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a {@link RefreshingTokenSource} tells its listeners.
 */
class RefreshingTokenSourceListenerTests {

	private final ManualTime time = new ManualTime();

	private final QueueingExecutor executor = new QueueingExecutor();

	private final ScriptedFetcher fetcher = new ScriptedFetcher(this.time);

	private final List<Object> events = new ArrayList<>();

	private final RefreshingTokenSource source = SourceFixture.source(
			new TokenSources.Registration("orders", "https://idp.example.com/token", "orders", this.fetcher,
					RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT),
			this.time, this.executor, new Throttle(), new Recorder(this.events));

	RefreshingTokenSourceListenerTests() {
		this.time.jitter(0.5);
	}

	@Test
	void tellsOfATokenWithItsLifeAndItsPrice() {
		this.fetcher.thenFail(Kind.PASSING);
		call();
		pass(Duration.ofSeconds(1));
		assertThat(this.events)
			.containsExactly(new Obtained("orders", Duration.ofHours(1), Duration.ofSeconds(1), 2, List.of()));
	}

	@Test
	void tellsOfAFailureThatItIsTheFirst() {
		this.fetcher.thenFail(Kind.LASTING);
		call();
		RefreshFailed event = new RefreshFailed(failure(Kind.LASTING, 5), Duration.ZERO, 1, Duration.ZERO);
		assertThat(this.events).containsExactly(event, new Degraded(event));
		assertThat(event.registrationId()).isEqualTo("orders");
	}

	@Test
	void tellsHowLongTheTokenAtHandLasts() {
		call();
		this.fetcher.thenFail(Kind.LASTING);
		pass(Duration.ofSeconds(3000));
		RefreshFailed event = (RefreshFailed) this.events.get(1);
		assertThat(event.usable()).hasSeconds(3570 - 2730);
	}

	@Test
	void tellsOfTheEndOfAnOutage() {
		this.fetcher.thenFail(Kind.LASTING, 3);
		call();
		pass(Duration.ofSeconds(5));
		call();
		pass(Duration.ofSeconds(10));
		call();
		pass(Duration.ofSeconds(20));
		this.events.clear();
		call();
		assertThat(this.events).containsExactly(
				new Obtained("orders", Duration.ofHours(1), Duration.ZERO, 1, List.of()),
				new Recovered("orders", 3, Duration.ofSeconds(35)));
	}

	@Test
	void tellsOfARejectionOnceForEachToken() {
		AccessToken first = call();
		pass(Duration.ofSeconds(100));
		this.events.clear();
		this.source.reject(first);
		this.source.reject(first);
		this.executor.runAll();
		this.source.reject(first);
		this.executor.runAll();
		assertThat(this.events).first().isEqualTo(new Rejected("orders", Duration.ofSeconds(100), true));
		assertThat(this.events).hasOnlyElementsOfTypes(Rejected.class, Obtained.class).hasSize(2);
	}

	@Test
	void tellsThatARejectedTokenCannotBeReplaced() {
		AccessToken token = call();
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.LASTING));
		pass(Duration.ofSeconds(2900));
		this.events.clear();
		this.source.reject(token);
		this.source.reject(token);
		this.executor.runAll();
		assertThat(this.events).containsExactly(new Rejected("orders", Duration.ofSeconds(2900), false));
	}

	@Test
	void tellsAfterItsWaitersWereWoken() {
		CompletionStage<AccessToken> waiter = this.source.token();
		this.executor.runNext();
		assertThat(waiter.toCompletableFuture()).isCompleted();
		assertThat(this.events).isEmpty();
		this.executor.runAll();
		assertThat(this.events).hasSize(1);
	}

	private AccessToken call() {
		CompletionStage<AccessToken> stage = this.source.token();
		this.executor.runAll();
		return stage.exceptionally((ex) -> null).toCompletableFuture().getNow(null);
	}

	private void pass(Duration duration) {
		for (long i = 0; i < duration.toSeconds(); i++) {
			this.time.advance(Duration.ofSeconds(1));
			this.executor.runAll();
		}
	}

	private static TokenFailure failure(Kind kind, long nextAttempt) {
		return ScriptedFetcher.failure(kind)
			.withAttempts(1)
			.withNextAttempt("orders", ManualTime.START.plusSeconds(nextAttempt));
	}

	private record Degraded(RefreshFailed event) {

	}

	private record Recorder(List<Object> events) implements TokenListener {

		@Override
		public void obtained(Obtained event) {
			this.events.add(event);
		}

		@Override
		public void refreshFailed(RefreshFailed event) {
			this.events.add(event);
		}

		@Override
		public void rejected(Rejected event) {
			this.events.add(event);
		}

		@Override
		public void degraded(RefreshFailed event) {
			this.events.add(new Degraded(event));
		}

		@Override
		public void recovered(Recovered event) {
			this.events.add(event);
		}

	}

}
