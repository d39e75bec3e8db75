/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.Cooldown.Throttle;

/**
 * The token sources of all registrations, by registration id. Built once; thread-safe.
 * Closing ends all flights and wakes those who wait for them.
 */
public final class TokenSources implements AutoCloseable {

	private final Map<String, RefreshingTokenSource> sources;

	private final Callers callers;

	/**
	 * Create a source for each registration.
	 * @param registrations the registrations; their ids are unique
	 * @param time decides when something happens
	 * @param executor runs the token requests, which block
	 * @param listeners are told what happens to the tokens
	 * @param callers how callers are treated
	 */
	public TokenSources(Collection<Registration> registrations, Timekeeper time, Executor executor,
			List<TokenListener> listeners, Callers callers) {
		Announcer announcer = new Announcer(listeners, executor);
		Map<String, ConcurrencyLimit> endpoints = new HashMap<>();
		Map<List<String>, Throttle> clients = new HashMap<>();
		Map<String, CurrentToken> tokens = new HashMap<>();
		Map<String, RefreshingTokenSource> sources = new LinkedHashMap<>();
		for (Registration registration : registrations) {
			ConcurrencyLimit requests = registration.fetcher().mayWaitForAnother() ? new ConcurrencyLimit(executor)
					: endpoints.computeIfAbsent(registration.endpoint(), (endpoint) -> new ConcurrencyLimit(executor));
			Throttle throttle = clients.computeIfAbsent(List.of(registration.endpoint(), registration.clientId()),
					(client) -> new Throttle());
			CurrentToken token = tokens.computeIfAbsent(registration.tokenOf(),
					(first) -> new CurrentToken(registration,
							new Shared(time, requests, executor, announcer, throttle)));
			sources.put(registration.id(), new RefreshingTokenSource(registration.id(), token, callers));
		}
		this.sources = Collections.unmodifiableMap(sources);
		this.callers = callers;
	}

	/**
	 * The source of a registration.
	 * @param registrationId the id of the registration
	 * @return its source
	 * @throws UnknownRegistrationException if there is no such registration
	 */
	public TokenSource get(String registrationId) {
		TokenSource source = this.sources.get(registrationId);
		if (source == null) {
			throw new UnknownRegistrationException(registrationId, this.sources.keySet(),
					this.callers.guess().apply(registrationId, this.sources.keySet()));
		}
		return source;
	}

	/**
	 * The ids of all registrations.
	 * @return the ids, in the order of the configuration
	 */
	public Set<String> registrationIds() {
		return this.sources.keySet();
	}

	@Override
	public void close() {
		List<Runnable> wakings = this.sources.values().stream().map(RefreshingTokenSource::close).toList();
		wakings.forEach(Runnable::run);
	}

	/**
	 * One registration, as far as the life of its token is concerned.
	 *
	 * @param id the registration id
	 * @param tokenOf the first of the registrations that share one token, which is made
	 * as that one says; the id itself if none does
	 * @param endpoint the token endpoint; few requests at a time are made to one
	 * @param clientId the client id; servers throttle a client, not a registration
	 * @param fetcher makes its token requests
	 * @param refresh when its token is replaced
	 * @param retry how often a flight tries
	 */
	public record Registration(String id, String tokenOf, String endpoint, String clientId, TokenFetcher fetcher,
			RefreshPolicy refresh, RetryPolicy retry) {

		/**
		 * Create a registration with a token of its own.
		 * @param id the registration id
		 * @param endpoint the token endpoint; few requests at a time are made to one
		 * @param clientId the client id; servers throttle a client, not a registration
		 * @param fetcher makes its token requests
		 * @param refresh when its token is replaced
		 * @param retry how often a flight tries
		 */
		public Registration(String id, String endpoint, String clientId, TokenFetcher fetcher, RefreshPolicy refresh,
				RetryPolicy retry) {
			this(id, id, endpoint, clientId, fetcher, refresh, retry);
		}

	}

	/**
	 * How callers are treated.
	 *
	 * @param exceptions makes the exception that they see from a failure
	 * @param mayBlock whether the current thread may wait
	 * @param guess which of the ids there are was probably meant by another, if any
	 */
	public record Callers(Function<TokenFailure, RuntimeException> exceptions, BooleanSupplier mayBlock,
			BiFunction<String, Set<String>, @Nullable String> guess) {

		/**
		 * Create callers for whom nothing is guessed.
		 * @param exceptions makes the exception that they see from a failure
		 * @param mayBlock whether the current thread may wait
		 */
		public Callers(Function<TokenFailure, RuntimeException> exceptions, BooleanSupplier mayBlock) {
			this(exceptions, mayBlock, (id, ids) -> null);
		}

	}

	/**
	 * What a source shares with others.
	 *
	 * @param time decides when something happens
	 * @param requests runs the token requests to its endpoint
	 * @param executor runs what must not be kept waiting by them
	 * @param announcer tells the listeners
	 * @param throttle the pause that its server asked its client for
	 */
	record Shared(Timekeeper time, ConcurrencyLimit requests, Executor executor, Announcer announcer,
			Throttle throttle) {

	}

	/**
	 * There is no registration with the given id.
	 */
	public static final class UnknownRegistrationException extends IllegalArgumentException {

		private static final long serialVersionUID = 1L;

		private final String registrationId;

		private final transient Set<String> knownIds;

		UnknownRegistrationException(String registrationId, Set<String> knownIds, @Nullable String meantId) {
			super("No OAuth2 client '" + registrationId + "' is configured. Known: " + knownIds + "."
					+ ((meantId != null) ? " Did you mean '" + meantId + "'?" : ""));
			this.registrationId = registrationId;
			this.knownIds = knownIds;
		}

		/**
		 * The id that was asked for.
		 * @return a registration id
		 */
		public String registrationId() {
			return this.registrationId;
		}

		/**
		 * The ids there are.
		 * @return the registration ids
		 */
		public Set<String> knownIds() {
			return this.knownIds;
		}

	}

}
