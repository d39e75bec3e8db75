/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;

/**
 * Says in code what configuration cannot say. Beans of this type are asked once, in
 * order, before the configuration is checked: what they set takes the place of what is
 * configured, and has to keep the same rules.
 */
@FunctionalInterface
public interface OAuthClientCustomizer {

	/**
	 * Change or add registrations.
	 * @param keys takes what is to be different
	 */
	void customize(Keys keys);

	/**
	 * The keys under {@code oauth.client}.
	 */
	interface Keys {

		/**
		 * What is configured, as it is written: nothing is checked or inherited, and what
		 * is set in code is not in it.
		 * @return the properties
		 */
		OAuthClientProperties configured();

		/**
		 * Set a key of a registration, which need not be configured.
		 * @param registrationId the id of the registration, of letters, digits, {@code -}
		 * and {@code _}; {@code default} for what is written directly under
		 * {@code oauth.client}. Ids that differ in no letter or digit, or only in case,
		 * are refused: to the configuration they are one
		 * @param key the key as in a configuration file, such as {@code client-secret} or
		 * {@code http.read-timeout}
		 * @param value the value, as a string or of the type of the key; a list for a key
		 * that has several. It is taken as it is: placeholders are not resolved
		 * @return these keys
		 */
		Keys set(String registrationId, String key, Object value);

		/**
		 * Have the value of a further parameter or header made anew for each token
		 * request, such as a nonce, or a token that somebody else renews. It takes the
		 * place of one that is configured or set, before or after. The registration
		 * shares its token with no other.
		 * @param registrationId the id of a registration that is configured or set
		 * @param key {@code parameters.<name>} or {@code headers.<name>}
		 * @param values asked before each token request, also before one that is tried
		 * again, on a thread that may wait, within {@code http.total-timeout}, such as
		 * for the token of another registration, but not for its own. One that returns
		 * {@code null} leaves the parameter or header out of that request, one that
		 * throws an exception makes it fail. Has to be thread-safe
		 * @return these keys
		 */
		Keys supply(String registrationId, String key, Supplier<@Nullable String> values);

	}

}
