/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When an HTTP client that is exchanged for another is closed: once, and not before the
 * next exchange.
 */
class ApiClientTests {

	private static final SslBundle BUNDLE = SslBundle.of(SslStoreBundle.NONE);

	private final List<Closable> made = new ArrayList<>();

	private Closable make() {
		this.made.add(new Closable());
		return this.made.get(this.made.size() - 1);
	}

	private List<Integer> closings() {
		return this.made.stream().map((client) -> client.closings.get()).toList();
	}

	@Test
	void theOneBeforeStaysOpenUntilTheNextExchange() {
		ApiClient<Closable> client = new ApiClient<>((bundle) -> make(), BUNDLE);
		client.reload(BUNDLE).complete().run();
		assertThat(client.current()).isSameAs(this.made.get(1));
		assertThat(closings()).containsExactly(0, 0);
		client.reload(BUNDLE).complete().run();
		assertThat(closings()).containsExactly(1, 0, 0);
		client.close();
		client.close();
		assertThat(closings()).containsExactly(1, 1, 1);
	}

	@Test
	void oneThatIsNotToBeUsedIsClosedAtOnce() {
		ApiClient<Closable> client = new ApiClient<>((bundle) -> make(), BUNDLE);
		client.reload(BUNDLE).cancel().run();
		assertThat(client.current()).isSameAs(this.made.get(0));
		assertThat(closings()).containsExactly(0, 1);
		client.close();
		assertThat(closings()).containsExactly(1, 1);
	}

	@Test
	void anExchangeThatEndsAfterTheClosingLeavesNothingOpen() {
		ApiClient<Closable> client = new ApiClient<>((bundle) -> make(), BUNDLE);
		var begunBefore = client.reload(BUNDLE);
		client.close();
		begunBefore.complete().run();
		client.reload(BUNDLE).complete().run();
		client.reload(BUNDLE).cancel().run();
		assertThat(closings()).containsExactly(1, 1, 1, 1);
	}

	@Test
	void theOnlyOneThatIsEverMadeStaysOpenUntilTheEnd() {
		Closable only = make();
		ApiClient<Closable> client = new ApiClient<>((bundle) -> only, BUNDLE);
		for (int i = 0; i < 3; i++) {
			client.reload(BUNDLE).complete().run();
			client.reload(BUNDLE).cancel().run();
		}
		assertThat(closings()).containsExactly(0);
		client.close();
		client.reload(BUNDLE).complete().run();
		assertThat(closings()).containsExactly(1);
	}

	@Test
	void ofTwoThatTakeTurnsNoneIsClosedBeforeTheEnd() {
		List<Closable> both = List.of(make(), make());
		AtomicInteger turn = new AtomicInteger();
		ApiClient<Closable> client = new ApiClient<>((bundle) -> both.get(turn.getAndIncrement() % 2), BUNDLE);
		for (int i = 0; i < 3; i++) {
			client.reload(BUNDLE).complete().run();
		}
		assertThat(closings()).containsExactly(0, 0);
		client.close();
		assertThat(closings()).containsExactly(1, 1);
	}

	private static final class Closable implements AutoCloseable {

		private final AtomicInteger closings = new AtomicInteger();

		@Override
		public void close() {
			this.closings.incrementAndGet();
		}

	}

}
