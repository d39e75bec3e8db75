/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.web.reactive.function.client.ClientResponse;

import io.github.outboundauth.token.AccessToken;

/**
 * Passes the response on unless the token was refused, or the call is redirected; then
 * gives way to a {@link Second}.
 */
final class BearerSubscriber implements CoreSubscriber<ClientResponse>, Subscription {

	private static final AtomicReferenceFieldUpdater<BearerSubscriber, @Nullable Subscription> UPSTREAM = AtomicReferenceFieldUpdater
		.newUpdater(BearerSubscriber.class, Subscription.class, "upstream");

	private final CoreSubscriber<? super ClientResponse> actual;

	/** {@code null} from when it has given way: a flag would cost each call. */
	private @Nullable BearerExchange parent;

	private final AccessToken token;

	private volatile @Nullable Subscription upstream;

	BearerSubscriber(CoreSubscriber<? super ClientResponse> actual, BearerExchange parent, AccessToken token) {
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
		if (parent != null && BearerExchange.isRejection(response)) {
			this.parent = null;
			parent.afterRejection(response, this.token).subscribe(new Second(this));
		}
		else if (parent != null && parent.isRedirect(response)) {
			this.parent = null;
			parent.afterRedirect(response).subscribe(new Second(this));
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

	/**
	 * Passes on what comes instead of the first response. The demand for it was signalled
	 * before.
	 */
	private static final class Second implements CoreSubscriber<ClientResponse> {

		private final BearerSubscriber first;

		Second(BearerSubscriber first) {
			this.first = first;
		}

		@Override
		public Context currentContext() {
			return this.first.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.replace(BearerSubscriber.UPSTREAM, this.first, subscription)) {
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
