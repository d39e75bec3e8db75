/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.github.outboundauth.http.AllowedOrigins;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.http.BearerTokens;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

/**
 * A token of a usual size that was obtained before and lives for an hour, as this library
 * keeps it.
 */
final class CachedToken {

	static final String ID = "inventory";

	static final URI URL = URI.create("https://inventory.example.com/items/42");

	static final Duration LIFETIME = Duration.ofHours(1);

	/** As long as a JWT with a few claims and an RSA signature. */
	static final String VALUE = "a".repeat(800);

	static final String HEADER_VALUE = "Bearer " + VALUE;

	private CachedToken() {
	}

	static TokenSource source() {
		return sources().get(ID);
	}

	static BearerTokens bearerTokens() {
		// A URL of its own: those of requests never share their strings with the policy.
		URI baseUrl = URI.create("https://inventory.example.com");
		BearerPolicy policy = new BearerPolicy(AllowedOrigins.of(List.of(baseUrl)), true, true);
		return new BearerTokens(sources(), Map.of(ID, policy));
	}

	static TokenSources sources() {
		ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "timer");
			thread.setDaemon(true);
			return thread;
		});
		Timekeeper time = Timekeeper.system(scheduler);
		TokenFetcher fetcher = () -> new TokenFetcher.Response(VALUE, Set.of(), LIFETIME, null, time.nanoTime());
		TokenSources sources = new TokenSources(
				List.of(new TokenSources.Registration(ID, "https://idp.example.com/token", ID, fetcher,
						RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT)),
				time, Runnable::run, List.of(),
				new TokenSources.Callers((failure) -> new IllegalStateException(failure.message()), () -> true));
		sources.get(ID).await();
		return sources;
	}

}
