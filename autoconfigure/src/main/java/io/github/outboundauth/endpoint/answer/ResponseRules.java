/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How the answers of a server are read that does not keep to RFC 6749 section 5.1 in
 * every point.
 *
 * @param maxSize the largest answer that is read, in bytes
 * @param defaultTokenType the type of a token whose answer names none; {@code null} to
 * refuse it
 * @param acceptedTokenTypes names of the type {@code Bearer}, in lower case
 * @param memberNames names of members by the standard name
 * @param scopeDelimiter what stands between two scopes, besides a space
 */
public record ResponseRules(int maxSize, @Nullable String defaultTokenType, Set<String> acceptedTokenTypes,
		Map<String, String> memberNames, String scopeDelimiter) {

	/**
	 * The rules of the standard.
	 * @param maxSize the largest answer that is read, in bytes
	 * @return rules without exceptions
	 */
	public static ResponseRules standard(int maxSize) {
		return new ResponseRules(maxSize, null, Set.of("bearer"), Map.of(), " ");
	}

	/**
	 * Whether tokens of a type are sent like those of the type {@code Bearer}.
	 */
	boolean accepts(@Nullable String type) {
		String name = (type != null) ? type : this.defaultTokenType;
		return name != null && this.acceptedTokenTypes.contains(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * The members under their standard names.
	 */
	<V extends @Nullable Object> Map<String, V> translate(Map<String, V> members) {
		this.memberNames.forEach((standard, name) -> {
			if (members.containsKey(name)) {
				members.put(standard, members.remove(name));
			}
		});
		return members;
	}

}
