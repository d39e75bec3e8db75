/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSources;

/**
 * An API on a raw socket, and two registrations whose tokens count up. The API accepts
 * tokens of its choice.
 */
final class BearerFixture implements AutoCloseable {

	final ScriptedServer api = new ScriptedServer(Script.json(200, "\"ok\""));

	final ScriptedServer foreign = new ScriptedServer(Script.json(200, "\"ok\""));

	final AtomicInteger fetches = new AtomicInteger();

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Timekeeper time = Timekeeper.system(this.scheduler);

	volatile boolean authorizationServerDown;

	volatile boolean sameTokenAgain;

	private volatile CountDownLatch fetching = new CountDownLatch(0);

	private volatile CountDownLatch held = new CountDownLatch(0);

	BearerTokens tokens(boolean replayUnauthorized, boolean requireToken) {
		return tokens(new BearerPolicy(origins(), replayUnauthorized, requireToken));
	}

	AllowedOrigins origins() {
		return AllowedOrigins.of(List.of(URI.create(this.api.url(""))));
	}

	BearerTokens tokens(BearerPolicy policy) {
		return new BearerTokens(sources(), Map.of("billing", policy, "crm", policy));
	}

	TokenSources sources() {
		return new TokenSources(List.of(registration("billing"), registration("crm")), this.time, this.scheduler,
				List.of(), new TokenSources.Callers(TokenUnavailableException::new, () -> true));
	}

	private TokenSources.Registration registration(String id) {
		return new TokenSources.Registration(id, "https://idp.example.com/token", id, () -> fetch(id),
				RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT);
	}

	/**
	 * Hold token requests from now on.
	 * @return open when the first of them has come
	 */
	CountDownLatch holdFetches() {
		this.held = new CountDownLatch(1);
		this.fetching = new CountDownLatch(1);
		return this.fetching;
	}

	void releaseFetches() {
		this.held.countDown();
	}

	private TokenFetcher.Result fetch(String id) {
		this.fetching.countDown();
		try {
			this.held.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.authorizationServerDown) {
			return new TokenFailure(id, Kind.LASTING, "the token request was refused", "Check the credentials");
		}
		int number = this.fetches.incrementAndGet();
		return new TokenFetcher.Response("canary-" + id + "-" + (this.sameTokenAgain ? 1 : number), Set.of(),
				Duration.ofHours(1), null, this.time.nanoTime());
	}

	void apiAccepts(String token) {
		this.api.script((request, socket) -> {
			boolean accepted = ("Bearer " + token).equals(request.header("Authorization"));
			Script.send(socket, accepted ? 200 : 401,
					"Content-Type: application/json\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
					accepted ? "\"ok\"" : "\"refused\"");
		});
	}

	List<String> tokensSeenByApi() {
		return this.api.requests().stream().map((request) -> request.header("Authorization")).toList();
	}

	@Override
	public void close() {
		this.api.close();
		this.foreign.close();
		this.scheduler.shutdownNow();
	}

}
