/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a token, step by step, and what is to come of it. docs/conformance.md
 * defines every key; an absent one is {@code null}, an empty collection or {@code false}.
 *
 * @param scenario one sentence
 * @param covers the catalogued scenarios that this one shows
 * @param faces for which ways to use a token it holds
 * @param given what holds before the first step
 * @param steps what happens
 * @param expect what holds after the last step
 */
record Scenario(String scenario, List<String> covers, Set<Face.Kind> faces, @Nullable Given given, List<Step> steps,
		@Nullable Expectations expect) {

	Scenario {
		if (scenario == null || covers.isEmpty() || steps.isEmpty()) {
			throw new IllegalArgumentException("a scenario needs a title ('scenario'), 'covers' and 'steps'");
		}
		faces = faces.isEmpty() ? Set.of(Face.Kind.values()) : faces;
		given = (given != null) ? given : Given.NOTHING;
		expect = (expect != null) ? expect : Expectations.NOTHING;
		if (faces.contains(Face.Kind.TOKEN_SOURCE)
				&& (!given.api().isEmpty() || expect.apiCalls() != null || steps.stream().anyMatch(Step::needsAnApi))) {
			throw new IllegalArgumentException(
					"'" + scenario + "' needs an API: add 'faces: [rest-client, web-client]'");
		}
	}

	/**
	 * What holds before the first step.
	 */
	record Given(List<String> registrations, @Nullable Refresh refresh, @Nullable Http http,
			@Nullable Boolean replayUnauthorized, List<TokenAnswer> authorizationServer, List<ApiAnswer> api) {

		static final Given NOTHING = new Given(List.of(), null, null, null, List.of(), List.of());

		Given {
			registrations = registrations.isEmpty() ? List.of("orders") : registrations;
			refresh = (refresh != null) ? refresh : Refresh.DEFAULT;
			http = (http != null) ? http : Http.DEFAULT;
			authorizationServer = authorizationServer.isEmpty() ? List.of(TokenAnswer.NUMBERED) : authorizationServer;
		}

	}

	/**
	 * The keys below {@code refresh} of the configuration.
	 */
	record Refresh(@Nullable Duration outageTolerance, @Nullable Duration defaultLifetime,
			@Nullable Duration maxLifetime, boolean keepWarm) {

		static final Refresh DEFAULT = new Refresh(null, null, null, false);

	}

	/**
	 * The keys below {@code http} of the configuration.
	 */
	record Http(@Nullable Duration totalTimeout) {

		static final Http DEFAULT = new Http(null);

	}

	/**
	 * One thing that happens.
	 *
	 * @param action what it is
	 * @param details of the type of the action
	 */
	record Step(Action action, Object details) {

		boolean needsAnApi() {
			return switch (this.action) {
				case API -> true;
				case RELEASE -> this.details == Server.API;
				case CALL -> ((Call) this.details).needsAnApi();
				case ENDED -> ((Map<?, ?>) this.details).values()
					.stream()
					.anyMatch((outcome) -> ((Outcome) outcome).status() != null);
				case EXPECT -> ((Expectations) this.details).apiCalls() != null;
				default -> false;
			};
		}

	}

	/**
	 * What can happen.
	 */
	enum Action {

		CALL, ENDED, PENDING, CANCEL, ADVANCE, JUMP_WALL, SUSPEND, AUTHORIZATION_SERVER, API, RELEASE, REFRESH, CLOSE,
		EXPECT

	}

	/**
	 * Whose answers can be held back.
	 */
	enum Server {

		AUTHORIZATION_SERVER, API

	}

	/**
	 * Calls that begin at the same time, or one after another.
	 */
	record Call(@Nullable String name, @Nullable String registration, Integer times, @Nullable Duration every,
			@Nullable Duration during, @Nullable String to, Map<String, String> headers, @Nullable Body body,
			@Nullable Outcome expect) {

		Call {
			times = (times != null) ? times : 1;
			if ((every == null) != (during == null)) {
				throw new IllegalArgumentException("'every' and 'during' need each other");
			}
		}

		boolean needsAnApi() {
			return this.to != null || !this.headers.isEmpty() || this.body != null
					|| (this.expect != null && this.expect.status() != null);
		}

	}

	/**
	 * Whether a body can be sent again.
	 */
	enum Body {

		REPEATABLE, ONCE

	}

	/**
	 * How a call ends.
	 */
	record Outcome(@Nullable String token, @Nullable Integer status, @Nullable String fails, @Nullable String error,
			@Nullable Bounds<Duration> nextAttemptIn, @Nullable Boolean waited) {

		static final Outcome SUCCESS = new Outcome(null, null, null, null, null, null);

	}

	/**
	 * What was counted since the beginning.
	 */
	record Expectations(@Nullable Bounds<Integer> tokenRequests, @Nullable Bounds<Integer> tokenRequestsAtOnce,
			@Nullable Bounds<Integer> apiCalls, @Nullable Told told) {

		static final Expectations NOTHING = new Expectations(null, null, null, null);

	}

	/**
	 * How often the listeners were told what.
	 */
	record Told(@Nullable Bounds<Integer> obtained, @Nullable Bounds<Integer> refreshFailed,
			@Nullable Bounds<Integer> rejected, @Nullable Bounds<Integer> degraded,
			@Nullable Bounds<Integer> recovered) {

	}

}
