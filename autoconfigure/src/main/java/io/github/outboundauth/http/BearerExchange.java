/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;

import io.github.outboundauth.token.AccessToken;

/**
 * An exchange with a token, repeated once if the token is refused. Each subscription asks
 * for the token anew. An operator of its own, because the usual ones would cost each call
 * more than the token does.
 */
final class BearerExchange extends Mono<ClientResponse> {

	private final ClientRequest request;

	private final ExchangeFunction next;

	private final BearerAccess access;

	BearerExchange(ClientRequest request, ExchangeFunction next, BearerAccess access) {
		this.request = request;
		this.next = next;
		this.access = access;
	}

	@Override
	public void subscribe(CoreSubscriber<? super ClientResponse> actual) {
		AccessToken token = this.access.source().current();
		if (token != null) {
			subscribe(actual, token);
		}
		else {
			whenFetched().subscribe(actual);
		}
	}

	private void subscribe(CoreSubscriber<? super ClientResponse> actual, AccessToken token) {
		Mono<ClientResponse> exchange;
		try {
			exchange = exchange(token);
		}
		catch (RuntimeException ex) {
			Operators.error(actual, ex);
			return;
		}
		exchange.subscribe(new First(actual, this, token));
	}

	private Mono<ClientResponse> exchange(AccessToken token) {
		return this.next
			.exchange(ClientRequest.from(this.request).header(HttpHeaders.AUTHORIZATION, token.headerValue()).build());
	}

	private Mono<ClientResponse> whenFetched() {
		Mono<Optional<AccessToken>> token = Mono.fromCompletionStage(this.access.source()::token).map(Optional::of);
		if (!this.access.policy().requireToken()) {
			token = token.onErrorReturn(OAuth2AuthorizationException.class, Optional.empty());
		}
		return token.flatMap((fetched) -> fetched.isPresent() ? with(fetched.get()) : this.next.exchange(this.request));
	}

	private Mono<ClientResponse> with(AccessToken token) {
		return new Mono<>() {

			@Override
			public void subscribe(CoreSubscriber<? super ClientResponse> actual) {
				BearerExchange.this.subscribe(actual, token);
			}

		};
	}

	/**
	 * The response to a refused token: that of a second call, or the first one untouched
	 * if there is nothing to repeat it with.
	 */
	private Mono<ClientResponse> afterRejection(ClientResponse first, AccessToken token) {
		boolean repeatable = this.access.policy().replayUnauthorized() && RepeatableBody.test(this.request.body());
		if (!repeatable) {
			this.access.source().reject(token);
			return Mono.just(first);
		}
		return Mono.fromCompletionStage(() -> this.access.source().reject(token).thenApply(Optional::ofNullable))
			.doOnCancel(() -> release(first).subscribe())
			.flatMap((other) -> other.isPresent() ? release(first).then(Mono.defer(() -> second(other.get())))
					: Mono.just(first));
	}

	private static Mono<Void> release(ClientResponse response) {
		return response.releaseBody().onErrorComplete();
	}

	private Mono<ClientResponse> second(AccessToken other) {
		return exchange(other).doOnNext((response) -> {
			if (isRejection(response)) {
				this.access.source().reject(other);
			}
		});
	}

	private static boolean isRejection(ClientResponse response) {
		return BearerAccess.isRejection(response.statusCode().value(), response.headers().asHttpHeaders());
	}

	/**
	 * Passes the response on unless the token was refused; then gives way to a
	 * {@link Second}.
	 */
	private static final class First implements CoreSubscriber<ClientResponse>, Subscription {

		private static final AtomicReferenceFieldUpdater<First, @Nullable Subscription> UPSTREAM = AtomicReferenceFieldUpdater
			.newUpdater(First.class, Subscription.class, "upstream");

		private final CoreSubscriber<? super ClientResponse> actual;

		/** {@code null} from when the token was refused: a flag would cost each call. */
		private @Nullable BearerExchange parent;

		private final AccessToken token;

		private volatile @Nullable Subscription upstream;

		First(CoreSubscriber<? super ClientResponse> actual, BearerExchange parent, AccessToken token) {
			this.actual = actual;
			this.parent = parent;
			this.token = token;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.setOnce(UPSTREAM, this, subscription)) {
				this.actual.onSubscribe(this);
			}
		}

		@Override
		public void onNext(ClientResponse response) {
			BearerExchange parent = this.parent;
			if (parent != null && isRejection(response)) {
				this.parent = null;
				parent.afterRejection(response, this.token).subscribe(new Second(this));
			}
			else {
				this.actual.onNext(response);
			}
		}

		@Override
		public void onError(Throwable ex) {
			if (this.parent == null) {
				Operators.onErrorDropped(ex, currentContext());
			}
			else {
				this.actual.onError(ex);
			}
		}

		@Override
		public void onComplete() {
			if (this.parent != null) {
				this.actual.onComplete();
			}
		}

		@Override
		public void request(long n) {
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.request(n);
			}
		}

		@Override
		public void cancel() {
			Operators.terminate(UPSTREAM, this);
		}

	}

	/**
	 * Passes on what comes after a refused token. The demand for it was signalled before.
	 */
	private static final class Second implements CoreSubscriber<ClientResponse> {

		private final First first;

		Second(First first) {
			this.first = first;
		}

		@Override
		public Context currentContext() {
			return this.first.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.replace(First.UPSTREAM, this.first, subscription)) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		public void onNext(ClientResponse response) {
			this.first.actual.onNext(response);
		}

		@Override
		public void onError(Throwable ex) {
			this.first.actual.onError(ex);
		}

		@Override
		public void onComplete() {
			this.first.actual.onComplete();
		}

	}

}
