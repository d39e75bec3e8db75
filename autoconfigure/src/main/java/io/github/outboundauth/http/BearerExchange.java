/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;

import io.github.outboundauth.http.BearerPolicy.TokenHeader;
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
		TokenHeader header = this.access.policy().header();
		return this.next
			.exchange(ClientRequest.from(this.request).header(header.name(), header.valueOf(token)).build());
	}

	private Mono<ClientResponse> whenFetched() {
		Mono<Optional<AccessToken>> token = Mono.fromCompletionStage(this.access.source()::token).map(Optional::of);
		return token
			.onErrorResume(OAuth2AuthorizationException.class,
					(ex) -> this.access.goesWithout(ex) ? Mono.just(Optional.empty()) : Mono.error(ex))
			.flatMap((fetched) -> fetched.isPresent() ? with(fetched.get())
					: withoutToken(this.request, this.next, this.access, this.access.followsRedirects()));
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
		return exchange(other).flatMap((response) -> {
			if (isRejection(response)) {
				this.access.source().reject(other);
			}
			return isRedirect(response) ? afterRedirect(response) : Mono.just(response);
		});
	}

	boolean isRedirect(ClientResponse response) {
		return this.access.followsRedirects() && Redirect.isRedirect(response.statusCode().value());
	}

	/**
	 * The response from where a redirect leads, which is asked as any other request is;
	 * or the redirect if it is not to be followed.
	 */
	Mono<ClientResponse> afterRedirect(ClientResponse first) {
		return follow(this.request, first, this.access,
				(redirected) -> new BearerExchange(redirected, this.next, this.access));
	}

	/**
	 * The exchange of a request as it is.
	 * @param access that of the client, if it has one
	 */
	static Mono<ClientResponse> withoutToken(ClientRequest request, ExchangeFunction next,
			@Nullable BearerAccess access, boolean followsRedirects) {
		Mono<ClientResponse> exchange = next.exchange(request);
		return followsRedirects ? exchange.flatMap((response) -> follow(request, response, access,
				(redirected) -> withoutToken(redirected, next, access, true))) : exchange;
	}

	private static Mono<ClientResponse> follow(ClientRequest request, ClientResponse response,
			@Nullable BearerAccess access, Function<ClientRequest, Mono<ClientResponse>> exchange) {
		Redirect redirect = Redirect.of(request.url(), request.method(), response.statusCode().value(),
				response.headers().asHttpHeaders());
		if (redirect == null || Redirect.isLast(request.attributes())
				|| (redirect.withBody() && !RepeatableBody.test(request.body()))) {
			return Mono.just(response);
		}
		if (redirect.leavesOriginOf(request.url())) {
			return (access != null) ? release(response).then(Mono.error(() -> access.refusal(redirect, request.url())))
					: Mono.just(response);
		}
		return release(response).then(Mono.defer(() -> exchange.apply(redirect.request(request))));
	}

	static boolean isRejection(ClientResponse response) {
		return BearerAccess.isRejection(response.statusCode().value(), response.headers().asHttpHeaders());
	}

}
