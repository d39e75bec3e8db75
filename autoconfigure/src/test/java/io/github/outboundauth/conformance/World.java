/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.conformance.Scenario.Given;
import io.github.outboundauth.http.AllowedOrigins;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.ManualTime;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;
import io.github.outboundauth.token.TokenSources.Callers;

/**
 * Token sources as an application has them, with an authorization server and an API in
 * memory, and with time in hand.
 */
final class World {

	private static final String API = "https://api.example.com/";

	private final ManualTime clock = new ManualTime();

	private final Timekeeper time = new SettlingTime();

	private final Strands requests = new Strands("token request");

	private final Strands callers = new Strands("caller");

	private final Events events = new Events();

	private final Given given;

	private final ScriptedAnswers<TokenAnswer> authorizationServer;

	private final ScriptedAnswers<ApiAnswer> api;

	private final TokenSources sources;

	private final BearerTokens tokens;

	/**
	 * Make a world.
	 * @param given what holds in it
	 * @param chance what every draw yields, from 0 to less than 1
	 */
	World(Given given, double chance) {
		this.clock.jitter(chance);
		this.given = given;
		this.authorizationServer = new ScriptedAnswers<>(given.authorizationServer(), this.time);
		this.api = new ScriptedAnswers<>(given.api().isEmpty() ? List.of(ApiAnswer.OK) : given.api(), this.time);
		Registrations registrations = new Registrations(given, this.authorizationServer, this.time);
		this.sources = new TokenSources(registrations.all(), this.time, this.requests, List.of(this.events),
				new Callers(TokenUnavailableException::new, () -> true));
		BearerPolicy policy = new BearerPolicy(AllowedOrigins.of(List.of(URI.create(API))),
				!Boolean.FALSE.equals(given.replayUnauthorized()), true);
		Map<String, BearerPolicy> policies = new HashMap<>();
		given.registrations().forEach((id) -> policies.put(id, policy));
		this.tokens = new BearerTokens(this.sources, policies);
	}

	String registration(CallInProgress call) {
		String wanted = call.call().registration();
		return (wanted != null) ? wanted : this.given.registrations().get(0);
	}

	TokenSource source(CallInProgress call) {
		return this.sources.get(registration(call));
	}

	BearerTokens tokens() {
		return this.tokens;
	}

	Strands callers() {
		return this.callers;
	}

	Timekeeper time() {
		return this.time;
	}

	ScriptedAnswers<TokenAnswer> authorizationServer() {
		return this.authorizationServer;
	}

	ScriptedAnswers<ApiAnswer> api() {
		return this.api;
	}

	Events events() {
		return this.events;
	}

	URI url(CallInProgress call) {
		String wanted = call.call().to();
		return URI.create((wanted != null) ? wanted : API);
	}

	CompletableFuture<ApiAnswer> callApi(CallInProgress call, @Nullable String authorization) {
		call.sent(authorization);
		String token = call.token();
		return this.api.request().thenApply((answer) -> answer.answer().to((token != null) ? token : ""));
	}

	/**
	 * Let time pass, on both clocks.
	 */
	void advance(Duration duration) {
		this.clock.advance(duration);
		settle();
	}

	/**
	 * Set the wall clock.
	 */
	void jumpWall(Duration duration) {
		this.clock.jumpWall(duration);
	}

	/**
	 * Let the machine sleep: the monotonic clock stands still.
	 */
	void suspend(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("a machine sleeps forwards");
		}
		jumpWall(duration);
	}

	/**
	 * Let everything happen that can happen now. Callers are looked at last: they are
	 * woken by token requests and wake nobody.
	 */
	void settle() {
		do {
			this.requests.awaitRest();
			this.callers.awaitRest();
		}
		while (this.requests.startNext());
	}

	/**
	 * Ask for another token though there may be one.
	 */
	void refresh() {
		this.sources.get(this.given.registrations().get(0)).refresh();
	}

	void closeSources() {
		this.sources.close();
	}

	/**
	 * End what still waits.
	 */
	void end() {
		this.sources.close();
		this.authorizationServer.end();
		this.api.end();
		settle();
	}

	/**
	 * Lets everything happen that an alarm brings about before time goes on.
	 */
	private final class SettlingTime implements Timekeeper {

		@Override
		public long nanoTime() {
			return World.this.clock.nanoTime();
		}

		@Override
		public Instant instant() {
			return World.this.clock.instant();
		}

		@Override
		public double jitter() {
			return World.this.clock.jitter();
		}

		@Override
		public Alarm wake(Duration delay, Runnable task) {
			return World.this.clock.wake(delay, () -> {
				task.run();
				settle();
			});
		}

	}

}
