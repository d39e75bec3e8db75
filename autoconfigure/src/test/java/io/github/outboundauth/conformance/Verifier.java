/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.conformance.CallInProgress.Ending;
import io.github.outboundauth.conformance.Scenario.Expectations;
import io.github.outboundauth.conformance.Scenario.Outcome;
import io.github.outboundauth.conformance.Scenario.Told;
import io.github.outboundauth.token.TokenFailure;

/**
 * Compares what was expected with what was seen, and says both if they differ.
 */
final class Verifier {

	private Verifier() {
	}

	/**
	 * Check that a call has not ended.
	 */
	static void verifyPending(CallInProgress call) {
		Ending ending = call.ending();
		if (ending != null) {
			throw new AssertionError("expected the call to be pending, but it ended: " + describe(call, ending));
		}
	}

	/**
	 * Check that a call has ended as expected.
	 */
	static void verify(CallInProgress call, Outcome expected) {
		Ending ending = call.ending();
		if (ending == null) {
			throw new AssertionError("expected the call to have ended, but it is pending");
		}
		if (expected.fails() != null) {
			check("a call that fails", expected.fails(), ending.kindOfFailure(), call, ending);
		}
		else {
			check("status", (expected.status() != null) ? expected.status() : 200, ending.status(), call, ending);
		}
		if (expected.token() != null) {
			check("token", expected.token(), call.token(), call, ending);
		}
		if (expected.waited() != null) {
			check("waited", expected.waited(), call.waited(), call, ending);
		}
		TokenFailure failure = ending.tokenFailure();
		if (expected.error() != null) {
			check("error", expected.error(), (failure != null) ? failure.error() : null, call, ending);
		}
		if (expected.nextAttemptIn() != null) {
			Instant next = (failure != null) ? failure.nextAttempt() : null;
			Duration pause = (next != null) ? Duration.between(ending.at(), next) : null;
			if (pause == null || !expected.nextAttemptIn().contain(pause)) {
				throw new AssertionError("expected the next attempt in " + expected.nextAttemptIn() + ", but it is in "
						+ pause + ": " + describe(call, ending));
			}
		}
	}

	private static void check(String what, Object expected, @Nullable Object seen, CallInProgress call, Ending ending) {
		if (!expected.equals(seen)) {
			throw new AssertionError("expected " + what + ": " + expected + ", but saw " + describe(call, ending));
		}
	}

	private static String describe(CallInProgress call, Ending ending) {
		String end = (ending.status() != null) ? "status: " + ending.status()
				: "fails: " + ending.kindOfFailure() + " (" + ending.failure() + ")";
		return "{ token: " + call.token() + ", " + end + ", waited: " + call.waited() + " }";
	}

	/**
	 * Check what was counted so far.
	 */
	static void verify(World world, Expectations expected) {
		check("token-requests", expected.tokenRequests(), world.authorizationServer().requests());
		check("token-requests-at-once", expected.tokenRequestsAtOnce(), world.authorizationServer().mostAtOnce());
		check("api-calls", expected.apiCalls(), world.api().requests());
		if (expected.told() != null) {
			check(expected.told(), world.events());
		}
	}

	private static void check(Told expected, Events seen) {
		check("told.obtained", expected.obtained(), seen.obtained());
		check("told.refresh-failed", expected.refreshFailed(), seen.refreshFailed());
		check("told.rejected", expected.rejected(), seen.rejected());
		check("told.degraded", expected.degraded(), seen.degraded());
		check("told.recovered", expected.recovered(), seen.recovered());
	}

	private static void check(String what, @Nullable Bounds<Integer> expected, int seen) {
		if (expected != null && !expected.contain(seen)) {
			throw new AssertionError("expected " + what + ": " + expected + ", but saw " + seen);
		}
	}

}
