/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException.Problem;

/**
 * The rules that values of one registration must keep. Each check takes note of what is
 * wrong and lets the next one run.
 */
final class PropertyChecks {

	private static final String OF_THE_REQUEST = "remove it; see client-id, client-secret, authorization-grant-type, "
			+ "scope, audience, resource and assertion";

	private static final Set<String> RESERVED_PARAMETERS = Set.of("grant_type", "scope", "client_id", "client_secret",
			"client_assertion", "client_assertion_type", "audience", "resource");

	private static final Set<String> RESERVED_HEADERS = Set.of("authorization", "proxy-authorization", "content-type",
			"content-length", "transfer-encoding", "connection", "host");

	/** What is made anew for each request, or is none of the application's business. */
	private static final Set<String> RESERVED_API_HEADERS = Set.of("authorization", "proxy-authorization",
			"content-length", "transfer-encoding", "connection", "host");

	/** A token as in RFC 9110 section 5.6.2. */
	private static final String HEADER_NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[A-Za-z][A-Za-z0-9_.-]*}");

	private final UnaryOperator<String> keys;

	private final Predicate<String> literal;

	private final List<Problem> problems;

	PropertyChecks(String prefix, List<Problem> problems) {
		this((key) -> prefix + "." + key, (key) -> false, problems);
	}

	/**
	 * Create checks.
	 * @param keys the full key for the key of a registration: where it is written
	 * @param literal whether the value of a full key may look like a placeholder
	 * @param problems takes what is wrong
	 */
	PropertyChecks(UnaryOperator<String> keys, Predicate<String> literal, List<Problem> problems) {
		this.keys = keys;
		this.literal = literal;
		this.problems = problems;
	}

	/**
	 * A value that must be there and be resolved.
	 * @return the value, or {@code null} if it cannot be used
	 */
	@Nullable String text(String key, @Nullable String value, String remedy) {
		if (value == null || value.isBlank()) {
			problem(key, (value == null) ? "is missing" : "is blank", remedy);
			return null;
		}
		return isResolved(key, value) ? value : null;
	}

	/**
	 * Scopes, as in RFC 6749 section 3.3. Several may stand in one value.
	 */
	List<String> scopes(String key, @Nullable List<String> values) {
		List<String> scopes = values(key, values).stream()
			.flatMap((value) -> List.of(value.strip().split(" +")).stream())
			.filter((scope) -> !scope.isEmpty())
			.toList();
		for (String scope : scopes) {
			if (!scope.chars().allMatch((c) -> c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E))) {
				problem(key, "contains a character that RFC 6749 section 3.3 does not allow in a scope",
						"write ASCII letters, digits and signs other than \" and \\");
			}
		}
		return scopes;
	}

	List<String> values(String key, @Nullable List<String> values) {
		if (values == null) {
			return List.of();
		}
		values.forEach((value) -> checkValue(key, value));
		return values;
	}

	void parameters(@Nullable Map<String, List<String>> parameters, BiConsumer<String, List<String>> consumer) {
		named("parameters", parameters, RESERVED_PARAMETERS, OF_THE_REQUEST, "[^\\x00-\\x20\\x7F]+", consumer);
	}

	void headers(@Nullable Map<String, List<String>> headers, BiConsumer<String, List<String>> consumer) {
		headers("headers", headers, RESERVED_HEADERS, OF_THE_REQUEST, consumer);
	}

	/**
	 * Headers of every call of the API.
	 * @param tokenHeader the one that carries the token
	 */
	void defaultHeaders(String key, @Nullable Map<String, List<String>> headers, String tokenHeader,
			BiConsumer<String, List<String>> consumer) {
		Set<String> reserved = new HashSet<>(RESERVED_API_HEADERS);
		reserved.add(tokenHeader.toLowerCase(Locale.ROOT));
		headers(key, headers, reserved,
				"remove it: the token is sent as " + tokenHeader + ", credentials "
						+ "for a proxy have keys of their own, and a call that needs another one sets it itself",
				consumer);
	}

	/**
	 * The name of the header that carries the token.
	 */
	String tokenHeader(String key, String name) {
		String header = name.strip();
		boolean standard = header.equalsIgnoreCase("authorization");
		if (!standard && RESERVED_API_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
			problem(key, "is reserved, because it is made from other keys", "write the header that the API wants");
		}
		else if (isResolved(key, name) && !header.matches(HEADER_NAME)) {
			problem(key, "contains characters that cannot be sent", "correct the name");
		}
		return header;
	}

	private void headers(String key, @Nullable Map<String, List<String>> headers, Set<String> reserved, String remedy,
			BiConsumer<String, List<String>> consumer) {
		named(key, headers, reserved, remedy, HEADER_NAME, (name, values) -> {
			if (values.stream().anyMatch((value) -> value.chars().anyMatch((character) -> character > 0x7F))) {
				problem(key + "." + name, "contains a character beyond ASCII, which not every HTTP client sends",
						"write it in the way that the server decodes");
			}
			consumer.accept(name, values);
		});
	}

	private void named(String key, @Nullable Map<String, List<String>> map, Set<String> reserved, String remedy,
			String pattern, BiConsumer<String, List<String>> consumer) {
		if (map == null) {
			return;
		}
		map.forEach((name, values) -> {
			String fullKey = key + "." + name;
			if (reserved.contains(name.toLowerCase(Locale.ROOT))) {
				problem(fullKey, "is reserved, because it is made from other keys", remedy);
			}
			else if (!name.matches(pattern)) {
				problem(key, "contains a name with characters that cannot be sent", "correct the name");
			}
			else {
				consumer.accept(name, values(fullKey, values));
			}
		});
	}

	/**
	 * A duration that is not negative, and not zero either unless that means something.
	 */
	Duration duration(String key, @Nullable Duration value, Duration defaultValue, boolean zeroAllowed) {
		if (value == null) {
			return defaultValue;
		}
		if (value.isNegative() || (value.isZero() && !zeroAllowed) || value.compareTo(Duration.ofDays(3650)) > 0) {
			problem(key, "must be " + (zeroAllowed ? "zero or more" : "more than zero") + " and at most ten years",
					"write a duration such as " + defaultValue.toSeconds() + "s");
			return defaultValue;
		}
		return value;
	}

	long number(String key, @Nullable Long value, long defaultValue, long min, long max) {
		if (value == null) {
			return defaultValue;
		}
		if (value < min || value > max) {
			problem(key, "must be between " + min + " and " + max, "write a number such as " + defaultValue);
			return defaultValue;
		}
		return value;
	}

	/**
	 * How many problems there are so far, with other registrations too.
	 */
	int count() {
		return this.problems.size();
	}

	void problem(String key, String problem, String remedy) {
		this.problems.add(new Problem(this.keys.apply(key), problem, remedy));
	}

	private void checkValue(String key, String value) {
		if (isResolved(key, value) && value.chars().anyMatch((character) -> character < 0x20 || character == 0x7F)) {
			problem(key, "contains a control character, such as a line break", "remove it");
		}
	}

	boolean isResolved(String key, String value) {
		if (value.contains("${") && !this.literal.test(this.keys.apply(key))) {
			// Within a longer value it is not shown: that may be a secret with odd signs.
			boolean alone = PLACEHOLDER.matcher(value).matches();
			problem(key, "contains a placeholder that is not resolved" + (alone ? ": " + value : ""),
					"set the environment variable or property that it names");
			return false;
		}
		return true;
	}

}
