/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.Cooldown.Pause;
import io.github.outboundauth.token.Cooldown.Throttle;
import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefreshingTokenSource} that keeps its token warm.
 */
class RefreshingTokenSourceKeepWarmTests {

	private static final Duration DAY = Duration.ofDays(1);

	private final SourceFixture fixture = new SourceFixture(new RefreshPolicy(Duration.ofMinutes(10),
			Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(24), true));

	private final ScriptedFetcher fetcher = this.fixture.fetcher;

	private final RefreshingTokenSource source = this.fixture.source;

	@Test
	void replacesATokenThatNobodyUses() {
		this.fixture.obtain();
		pass(DAY);
		assertThat(this.source.current()).isNotNull();
		assertThat(this.fetcher.requests()).isEqualTo(1 + 86400 / 2910);
	}

	@Test
	void fetchesNothingBeforeTheFirstCall() {
		pass(DAY);
		assertThat(this.fetcher.requests()).isZero();
	}

	@Test
	void getsWarmAfterAFailedStart() {
		this.fetcher.thenFail(Kind.LASTING);
		this.source.token();
		pass(Duration.ofSeconds(5));
		assertThat(this.source.current()).isNotNull();
	}

	@Test
	void getsWarmAfterAnOutageThatOutlivesTheToken() {
		this.fixture.obtain();
		this.fetcher.always(() -> ScriptedFetcher.failure(Kind.PASSING));
		pass(Duration.ofHours(2));
		assertThat(this.source.current()).isNull();
		this.fetcher.always(null);
		pass(Duration.ofSeconds(30));
		assertThat(this.source.current()).isNotNull();
	}

	@Test
	void staysWarmAfterAFailedRefreshThatSomebodyAskedFor() {
		this.fixture.obtain();
		this.fetcher.thenFail(Kind.LASTING);
		this.source.refresh();
		pass(Duration.ofHours(2));
		assertThat(this.source.current()).isNotNull();
	}

	@Test
	void getsWarmAfterALongThrottling() {
		this.fixture.obtain();
		this.fetcher.then(() -> ScriptedFetcher.throttled(Duration.ofHours(1)));
		pass(Duration.ofSeconds(2910));
		pass(Duration.ofHours(1));
		assertThat(this.source.current()).isNotNull();
	}

	@Test
	void staysWarmThoughItsClientIsThrottledElsewhere() {
		ManualTime time = new ManualTime();
		ScriptedFetcher fetcher = new ScriptedFetcher(time);
		Throttle throttle = new Throttle();
		RefreshingTokenSource source = SourceFixture.source(new TokenSources.Registration("orders",
				"https://idp.example.com/token", "client", fetcher, new RefreshPolicy(Duration.ofMinutes(10),
						Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(24), true),
				RetryPolicy.DEFAULT), time, Runnable::run, throttle);
		source.token();
		time.advance(Duration.ofSeconds(2900));
		throttle.share(new Pause(ScriptedFetcher.throttled(Duration.ofHours(1)),
				time.nanoTime() + Duration.ofHours(1).toNanos()));
		time.advance(Duration.ofHours(1).minusNanos(1));
		assertThat(source.current()).isNull();
		assertThat(fetcher.requests()).isOne();
		time.advance(Duration.ofNanos(1));
		assertThat(source.current()).isNotNull();
	}

	@Test
	void staysColdOnceItIsClosed() {
		this.fixture.obtain();
		this.source.close().run();
		pass(DAY);
		assertThat(this.fetcher.requests()).isOne();
	}

	private void pass(Duration duration) {
		RefreshingTokenSourceRefreshTests.run(this.fixture, duration);
	}

}
