/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The token sources of all registrations, by registration id. Built once; thread-safe.
 * Closing ends all flights and wakes those who wait for them.
 */
public final class TokenSources implements AutoCloseable {

	private final Map<String, RefreshingTokenSource> sources;

	/**
	 * Create a source for each registration.
	 * @param registrations the registrations; their ids are unique
	 * @param time decides when something happens
	 * @param executor runs the token requests, which block
	 * @param exceptions makes the exception that callers see from a failure
	 */
	public TokenSources(Collection<Registration> registrations, Timekeeper time, Executor executor,
			Function<TokenFailure, RuntimeException> exceptions) {
		Map<String, Cooldown> throttles = new HashMap<>();
		Map<String, RefreshingTokenSource> sources = new LinkedHashMap<>();
		for (Registration registration : registrations) {
			Cooldown throttle = throttles.computeIfAbsent(registration.client(), (client) -> new Cooldown());
			sources.put(registration.id(),
					new RefreshingTokenSource(registration, throttle, time, executor, exceptions));
		}
		this.sources = Collections.unmodifiableMap(sources);
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
			throw new UnknownRegistrationException(registrationId, this.sources.keySet());
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
		this.sources.values().forEach(RefreshingTokenSource::close);
	}

	/**
	 * One registration, as far as the life of its token is concerned.
	 *
	 * @param id the registration id
	 * @param client names the token endpoint and the client id: what a server throttles
	 * @param fetcher makes its token requests
	 * @param refresh when its token is replaced
	 * @param retry how often a flight tries
	 */
	public record Registration(String id, String client, TokenFetcher fetcher, RefreshPolicy refresh,
			RetryPolicy retry) {

	}

	/**
	 * There is no registration with the given id.
	 */
	public static final class UnknownRegistrationException extends IllegalArgumentException {

		private static final long serialVersionUID = 1L;

		private final String registrationId;

		private final transient Set<String> knownIds;

		UnknownRegistrationException(String registrationId, Set<String> knownIds) {
			super("No OAuth2 client '" + registrationId + "' is configured. Known: " + knownIds + ".");
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
