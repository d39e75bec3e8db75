/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.util.List;

/**
 * Is told what happens to the tokens. The events come one at a time and in order, on a
 * thread of ours and after the fact: nobody waits for a listener, no other listener
 * either, and what it throws goes to its thread's handler of uncaught exceptions. A
 * listener that is a thousand events behind misses the oldest. What happens to a token
 * that several registrations share is told once, of the first of them.
 */
public interface TokenListener {

	/**
	 * A token was obtained.
	 * @param event the details
	 */
	default void obtained(Obtained event) {
	}

	/**
	 * A flight ended without a token.
	 * @param event the details
	 */
	default void refreshFailed(RefreshFailed event) {
	}

	/**
	 * A resource server refused the current token. Told once for each token that was
	 * obtained.
	 * @param event the details
	 */
	default void rejected(Rejected event) {
	}

	/**
	 * The first flight of all, or the first after a success, failed; told after
	 * {@link #refreshFailed}.
	 * @param event the details
	 */
	default void degraded(RefreshFailed event) {
	}

	/**
	 * The first flight after a failure succeeded; told after {@link #obtained}.
	 * @param event the details
	 */
	default void recovered(Recovered event) {
	}

	/**
	 * A token was obtained.
	 *
	 * @param registrationId the registration it is for
	 * @param lifetime how long it lives, as far as that is believed
	 * @param took how long the flight took
	 * @param attempts how many token requests it made
	 * @param remarks what is odd about the answer, although it is usable; sentences
	 * without their full stop
	 */
	record Obtained(String registrationId, Duration lifetime, Duration took, int attempts, List<String> remarks) {

	}

	/**
	 * A flight ended without a token.
	 *
	 * @param failure why
	 * @param usable how long the token at hand can still be used; zero if there is none
	 * @param failures how many flights failed one after another, this one included
	 * @param since how long ago the first of them failed
	 */
	record RefreshFailed(TokenFailure failure, Duration usable, int failures, Duration since) {

		/**
		 * The registration that has no new token.
		 * @return a registration id
		 */
		public String registrationId() {
			return this.failure.registrationId();
		}

	}

	/**
	 * A resource server refused the current token.
	 *
	 * @param registrationId the registration it is for
	 * @param age how long ago the token was asked for
	 * @param replaceable whether another one may be fetched now; if not, this one stays
	 * in use
	 */
	record Rejected(String registrationId, Duration age, boolean replaceable) {

	}

	/**
	 * A flight succeeded after others had failed.
	 *
	 * @param registrationId the registration
	 * @param failures how many flights had failed one after another
	 * @param outage how long ago the first of them failed
	 */
	record Recovered(String registrationId, int failures, Duration outage) {

	}

}
