/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.Optional;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.BodyInserters;
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
		exchange.subscribe(new BearerSubscriber(actual, this, token));
	}

	private Mono<ClientResponse> exchange(AccessToken token) {
		return this.next.exchange(withToken(token));
	}

	private ClientRequest withToken(AccessToken token) {
		return ClientRequest.from(this.request).header(HttpHeaders.AUTHORIZATION, token.headerValue()).build();
	}

	private Mono<ClientResponse> whenFetched() {
		Mono<Optional<AccessToken>> token = Mono.fromCompletionStage(this.access.source()::token).map(Optional::of);
		return token
			.onErrorResume(OAuth2AuthorizationException.class,
					(ex) -> this.access.goesWithout(ex) ? Mono.just(Optional.empty()) : Mono.error(ex))
			.flatMap((fetched) -> fetched.isPresent() ? with(fetched.get())
					: plain(this.request, this.next, this.access));
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
	Mono<ClientResponse> afterRejection(ClientResponse first, AccessToken token) {
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

	/**
	 * Let the connection go: for the next request if the body ends soon, else for good.
	 */
	private static Mono<Void> release(ClientResponse response) {
		return response.bodyToFlux(DataBuffer.class)
			.map(BearerExchange::discard)
			.scan(Integer::sum)
			.takeUntil((size) -> size >= BearerAccess.RELEASE_SIZE)
			.take(BearerAccess.RELEASE_TIME)
			.onErrorComplete()
			.then();
	}

	private static int discard(DataBuffer buffer) {
		int size = buffer.readableByteCount();
		DataBufferUtils.release(buffer);
		return size;
	}

	private Mono<ClientResponse> second(AccessToken other) {
		return plain(withToken(other), this.next, this.access).doOnNext((response) -> {
			if (isRejection(response)) {
				this.access.source().reject(other);
			}
		});
	}

	boolean isRedirect(ClientResponse response) {
		return Redirect.isRedirect(response.statusCode().value()) && this.access.followsRedirects();
	}

	/**
	 * The response to a request that was redirected, or the redirect if it is not to be
	 * followed.
	 */
	Mono<ClientResponse> afterRedirect(ClientResponse first, AccessToken token) {
		return follow(withToken(token), first, this.next, this.access, 0)
			.flatMap((response) -> isRejection(response) ? afterRejection(response, token) : Mono.just(response));
	}

	/**
	 * The exchange of a request as it is.
	 */
	static Mono<ClientResponse> plain(ClientRequest request, ExchangeFunction next, BearerAccess access) {
		Mono<ClientResponse> exchange = next.exchange(request);
		return access.followsRedirects() ? exchange.flatMap((response) -> follow(request, response, next, access, 0))
				: exchange;
	}

	private static Mono<ClientResponse> follow(ClientRequest request, ClientResponse response, ExchangeFunction next,
			BearerAccess access, int count) {
		Redirect redirect = Redirect.of(request.url(), request.method(), response.statusCode().value(),
				response.headers().asHttpHeaders());
		if (redirect == null || count == Redirect.LIMIT) {
			return Mono.just(response);
		}
		try {
			access.check(redirect, request.url());
		}
		catch (OAuth2AuthorizationException ex) {
			return release(response).then(Mono.error(ex));
		}
		if (redirect.withBody() && !RepeatableBody.test(request.body())) {
			return Mono.just(response);
		}
		HttpHeaders kept = redirect.headers(request.headers());
		ClientRequest redirected = ClientRequest.from(request)
			.url(redirect.uri())
			.method(redirect.method())
			.headers((headers) -> {
				headers.clear();
				headers.putAll(kept);
			})
			.body(redirect.withBody() ? request.body() : BodyInserters.empty())
			.build();
		return release(response).then(Mono.defer(() -> next.exchange(redirected)))
			.flatMap((second) -> follow(redirected, second, next, access, count + 1));
	}

	static boolean isRejection(ClientResponse response) {
		return BearerAccess.isRejection(response.statusCode().value(), response.headers().asHttpHeaders());
	}

}
