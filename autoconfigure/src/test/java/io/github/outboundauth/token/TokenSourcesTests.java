/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenSources.Registration;
import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link TokenSources}.
 */
class TokenSourcesTests {

	private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

	private final ManualTime time = new ManualTime();

	private final QueueingExecutor executor = new QueueingExecutor();

	private final ScriptedFetcher orders = new ScriptedFetcher(this.time);

	private final ScriptedFetcher billing = new ScriptedFetcher(this.time);

	private final ScriptedFetcher shipping = new ScriptedFetcher(this.time);

	private final TokenSources sources = new TokenSources(
			List.of(registration("orders", "shared", this.orders), registration("billing", "shared", this.billing),
					registration("shipping", "other", this.shipping)),
			this.time, this.executor, List.of(), SourceFixture.CALLERS);

	@Test
	void knowsItsRegistrationsInTheOrderOfTheConfiguration() {
		assertThat(this.sources.registrationIds()).containsExactly("orders", "billing", "shipping").isUnmodifiable();
	}

	@Test
	void givesTheSameSourceEveryTime() {
		assertThat(this.sources.get("billing")).isSameAs(this.sources.get("billing"))
			.isNotSameAs(this.sources.get("orders"));
	}

	@Test
	void namesTheKnownIdsWhenAskedForAnother() {
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> this.sources.get("payment"))
			.withMessage("No OAuth2 client 'payment' is configured. Known: [orders, billing, shipping].")
			.satisfies((ex) -> {
				assertThat(ex.registrationId()).isEqualTo("payment");
				assertThat(ex.knownIds()).containsExactly("orders", "billing", "shipping");
			});
	}

	@Test
	void saysWhichKnownIdMayBeMeant() {
		TokenSources guessing = new TokenSources(List.of(), this.time, this.executor, List.of(),
				new TokenSources.Callers(FailureException::new, () -> true, (id, ids) -> id + ids));
		assertThatThrownBy(() -> guessing.get("biling")).hasMessageEndingWith(" Did you mean 'biling[]'?");
	}

	@Test
	void saysSoWhenThereIsNoRegistrationAtAll() {
		TokenSources none = new TokenSources(List.of(), this.time, this.executor, List.of(), SourceFixture.CALLERS);
		assertThatThrownBy(() -> none.get("orders")).hasMessage("No OAuth2 client 'orders' is configured. Known: [].");
	}

	@Test
	void fetchesNothingUntilATokenIsAskedFor() {
		assertThat(this.executor.size()).isZero();
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void fetchesOnlyTheTokenThatIsAskedFor() {
		obtain("billing");
		assertThat(this.billing.requests()).isOne();
		assertThat(this.orders.requests()).isZero();
	}

	@Test
	void throttlesAllRegistrationsWithTheSameClient() {
		throttleOrders(TWO_MINUTES);
		TokenFailure failure = SourceFixture.failureOf(this.sources.get("billing").token());
		assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
		assertThat(failure.registrationId()).isEqualTo("billing");
		assertThat(failure.nextAttempt()).isEqualTo(ManualTime.START.plus(TWO_MINUTES));
		assertThat(this.billing.requests()).isZero();
	}

	@Test
	void throttlesTheOthersWhileAFlightWaitsAsLongAsItWasAsked() {
		this.orders.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(2)));
		CompletionStage<AccessToken> waiting = this.sources.get("orders").token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(this.sources.get("billing").token()).nextAttempt())
			.isEqualTo(ManualTime.START.plusSeconds(2));
		this.time.advance(Duration.ofSeconds(2));
		this.executor.runAll();
		assertThat(waiting.toCompletableFuture()).isCompleted();
		obtain("billing");
	}

	@Test
	void makesFourRequestsAtATimeToOneEndpoint() {
		TokenSources sources = sources(500, this.orders);
		List<CompletionStage<AccessToken>> callers = sources.registrationIds()
			.stream()
			.map((id) -> sources.get(id).token())
			.toList();
		assertThat(this.executor.size()).isEqualTo(4);
		this.executor.runAll();
		assertThat(callers).allMatch((caller) -> caller.toCompletableFuture().isDone());
		assertThat(this.orders.requests()).isEqualTo(500);
	}

	@Test
	void doesNotThrottleAnotherClient() {
		throttleOrders(TWO_MINUTES);
		obtain("shipping");
		assertThat(this.shipping.requests()).isOne();
	}

	@Test
	void endsTheSharedPauseInTime() {
		throttleOrders(TWO_MINUTES);
		this.time.advance(TWO_MINUTES.minusNanos(1));
		assertThat(this.sources.get("billing").token().toCompletableFuture()).isCompletedExceptionally();
		this.time.advance(Duration.ofNanos(1));
		obtain("billing");
	}

	@Test
	void keepsTheLongerOfTwoSharedPauses() {
		CompletionStage<AccessToken> first = this.sources.get("orders").token();
		CompletionStage<AccessToken> second = this.sources.get("billing").token();
		this.orders.then(() -> ScriptedFetcher.throttled(TWO_MINUTES));
		this.billing.then(() -> ScriptedFetcher.throttled(Duration.ofSeconds(20)));
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(first).nextAttempt()).isEqualTo(ManualTime.START.plus(TWO_MINUTES));
		SourceFixture.failureOf(second);
		this.time.advance(Duration.ofSeconds(30));
		assertThat(SourceFixture.failureOf(this.sources.get("billing").token()).nextAttempt())
			.isEqualTo(ManualTime.START.plus(TWO_MINUTES));
	}

	@Test
	void namesTheEndOfTheSharedPauseWhenItIsTheLonger() {
		CompletionStage<AccessToken> failing = this.sources.get("billing").token();
		this.billing.thenFail(Kind.LASTING);
		this.executor.runAll();
		SourceFixture.failureOf(failing);
		throttleOrders(TWO_MINUTES);
		assertThat(SourceFixture.failureOf(this.sources.get("billing").token()).nextAttempt())
			.isEqualTo(ManualTime.START.plus(TWO_MINUTES));
	}

	@Test
	void sharesNoOtherFailure() {
		CompletionStage<AccessToken> failing = this.sources.get("orders").token();
		this.orders.thenFail(Kind.LASTING);
		this.executor.runAll();
		SourceFixture.failureOf(failing);
		obtain("billing");
	}

	@Test
	void servesATokenThatIsAtHandWhileItsClientIsThrottled() {
		AccessToken token = obtain("billing");
		throttleOrders(TWO_MINUTES);
		assertThat(this.sources.get("billing").current()).isSameAs(token);
	}

	@Test
	void replacesAUsedTokenOnceTheSharedPauseIsOver() {
		obtain("billing");
		this.time.advance(Duration.ofSeconds(2900));
		this.sources.get("billing").current();
		throttleOrders(TWO_MINUTES);
		this.time.advance(Duration.ofSeconds(119));
		assertThat(this.executor.size()).as("token requests during the pause").isZero();
		this.time.advance(Duration.ofSeconds(1));
		this.executor.runAll();
		assertThat(this.billing.requests()).isEqualTo(2);
	}

	@Test
	void endsTheFlightsOfAllRegistrationsOnClose() {
		CompletionStage<AccessToken> first = this.sources.get("orders").token();
		CompletionStage<AccessToken> second = this.sources.get("shipping").token();
		this.sources.close();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(first).kind()).isEqualTo(Kind.CALLER);
		assertThat(SourceFixture.failureOf(second).kind()).isEqualTo(Kind.CALLER);
		assertThat(this.time.pendingAlarms()).isZero();
	}

	@Test
	void makesNoRequestWhileItCloses() {
		TokenSources sources = sources(40, this.orders);
		sources.registrationIds().forEach((id) -> sources.get(id).token());
		sources.close();
		this.executor.runAll();
		assertThat(this.orders.requests()).isZero();
	}

	@Test
	void closesEverySourceBeforeItWakesAnybody() {
		CompletableFuture<AccessToken> other = this.sources.get("shipping").token().toCompletableFuture();
		CompletionStage<Boolean> last = this.sources.get("orders").token().handle((token, ex) -> {
			this.sources.get("shipping").token();
			return true;
		});
		this.sources.close();
		assertThat(last.toCompletableFuture()).isNotDone();
		this.executor.runAll();
		assertThat(other).isCompletedExceptionally();
		assertThat(this.shipping.requests()).isZero();
	}

	@Test
	void keepsThePauseThatOneRequestOfManyBegan() {
		this.orders.always(() -> ScriptedFetcher.throttled(TWO_MINUTES));
		TokenSources sources = new TokenSources(
				IntStream.range(0, 40).mapToObj((i) -> registration("client-" + i, "shared", this.orders)).toList(),
				this.time, this.executor, List.of(), SourceFixture.CALLERS);
		List<CompletionStage<AccessToken>> callers = sources.registrationIds()
			.stream()
			.map((id) -> sources.get(id).token())
			.toList();
		this.executor.runAll();
		assertThat(this.orders.requests()).isOne();
		assertThat(callers).extracting(SourceFixture::failureOf)
			.allSatisfy((failure) -> assertThat(failure.nextAttempt()).isEqualTo(ManualTime.START.plus(TWO_MINUTES)));
		this.orders.always(null);
		this.time.advance(TWO_MINUTES);
		sources.registrationIds().forEach((id) -> sources.get(id).token());
		this.executor.runAll();
		assertThat(sources.registrationIds()).allMatch((id) -> sources.get(id).current() != null);
	}

	@Test
	void keepsThePauseThatBeganWhileAnAttemptWasPlanned() {
		this.billing.thenFail(Kind.PASSING);
		CompletionStage<AccessToken> waiting = this.sources.get("billing").token();
		this.executor.runAll();
		throttleOrders(TWO_MINUTES);
		this.time.advance(Duration.ofSeconds(1));
		this.executor.runAll();
		assertThat(this.billing.requests()).isOne();
		assertThat(SourceFixture.failureOf(waiting).kind()).isEqualTo(Kind.THROTTLED);
	}

	@Test
	void replacesATokenAfterThePauseThatHeldItsFlightBack() {
		obtain("billing");
		this.orders.then(() -> ScriptedFetcher.throttled(TWO_MINUTES));
		this.time.advance(Duration.ofSeconds(2910));
		this.sources.get("orders").token();
		this.executor.runLast();
		this.executor.runAll();
		assertThat(this.billing.requests()).isOne();
		this.time.advance(TWO_MINUTES);
		this.executor.runAll();
		assertThat(this.billing.requests()).isEqualTo(2);
	}

	@Test
	void fetchesASharedTokenOnce() {
		TokenSources sources = sharing(List.of());
		CompletionStage<AccessToken> first = sources.get("mail").token();
		CompletionStage<AccessToken> second = sources.get("orders").token();
		this.executor.runAll();
		assertThat(SourceFixture.tokenOf(first)).isSameAs(SourceFixture.tokenOf(second));
		assertThat(sources.get("mail").current()).isSameAs(sources.get("orders").current());
		assertThat(this.orders.requests()).isOne();
		assertThat(this.billing.requests()).isZero();
	}

	@Test
	void replacesASharedTokenOnceWhoeverReportsIt() {
		TokenSources sources = sharing(List.of());
		sources.get("orders").token();
		this.executor.runAll();
		AccessToken refused = sources.get("orders").current();
		sources.get("orders").reject(refused);
		sources.get("mail").reject(refused);
		this.executor.runAll();
		assertThat(this.orders.requests()).isEqualTo(2);
		assertThat(sources.get("mail").current()).isSameAs(sources.get("orders").current()).isNotSameAs(refused);
	}

	@Test
	void tellsEachCallerOfItsOwnRegistration() {
		TokenSources sources = sharing(List.of());
		this.orders.thenFail(Kind.LASTING);
		CompletionStage<AccessToken> first = sources.get("orders").token();
		CompletionStage<AccessToken> second = sources.get("mail").token();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(first).registrationId()).isEqualTo("orders");
		TokenFailure failure = SourceFixture.failureOf(second);
		assertThat(failure.message()).startsWith("OAuth2 client 'mail': ");
		assertThat(failure.nextAttempt()).isNotNull();
		assertThat(SourceFixture.failureOf(sources.get("mail").token()).registrationId()).isEqualTo("mail");
		this.orders.thenFail(Kind.LASTING);
		CompletionStage<AccessToken> asked = sources.get("mail").refresh();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(asked).registrationId()).isEqualTo("mail");
	}

	@Test
	void tellsListenersOnceOfASharedToken() {
		List<String> told = new ArrayList<>();
		TokenSources sources = sharing(List.of(new TokenListener() {

			@Override
			public void obtained(Obtained event) {
				told.add(event.registrationId());
			}

		}));
		sources.get("mail").token();
		this.executor.runAll();
		assertThat(told).containsExactly("orders");
	}

	@Test
	void wakesAllWhoWaitForASharedTokenOnClose() {
		TokenSources sources = sharing(List.of());
		CompletionStage<AccessToken> first = sources.get("orders").token();
		CompletionStage<AccessToken> second = sources.get("mail").token();
		sources.close();
		this.executor.runAll();
		assertThat(SourceFixture.failureOf(first).registrationId()).isEqualTo("orders");
		assertThat(SourceFixture.failureOf(second).registrationId()).isEqualTo("mail");
		assertThat(this.orders.requests()).isZero();
	}

	/**
	 * Two registrations that share a token.
	 */
	private TokenSources sharing(List<TokenListener> listeners) {
		Registration mail = new Registration("mail", "orders", "https://idp.example.com/token", "shared", this.billing,
				RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT);
		return new TokenSources(List.of(registration("orders", "shared", this.orders), mail), this.time, this.executor,
				listeners, SourceFixture.CALLERS);
	}

	private TokenSources sources(int count, ScriptedFetcher fetcher) {
		return new TokenSources(
				IntStream.range(0, count).mapToObj((i) -> registration("client-" + i, "client-" + i, fetcher)).toList(),
				this.time, this.executor, List.of(), SourceFixture.CALLERS);
	}

	private AccessToken obtain(String id) {
		CompletionStage<AccessToken> stage = this.sources.get(id).token();
		this.executor.runAll();
		return SourceFixture.tokenOf(stage);
	}

	private void throttleOrders(Duration retryAfter) {
		this.orders.then(() -> ScriptedFetcher.throttled(retryAfter));
		CompletionStage<AccessToken> stage = this.sources.get("orders").token();
		this.executor.runAll();
		SourceFixture.failureOf(stage);
	}

	private static Registration registration(String id, String client, TokenFetcher fetcher) {
		return new Registration(id, "https://idp.example.com/token", client, fetcher, RefreshPolicy.DEFAULT,
				RetryPolicy.DEFAULT);
	}

}
