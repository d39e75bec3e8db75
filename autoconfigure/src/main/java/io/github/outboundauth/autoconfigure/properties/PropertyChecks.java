/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The rules that values of one registration must keep. Each check takes note of what is
 * wrong and lets the next one run.
 */
final class PropertyChecks {

	private static final Set<String> RESERVED_PARAMETERS = Set.of("grant_type", "scope", "client_id", "client_secret",
			"client_assertion", "client_assertion_type", "audience", "resource");

	private static final Set<String> RESERVED_HEADERS = Set.of("authorization", "proxy-authorization", "content-type",
			"content-length", "transfer-encoding", "connection", "host");

	private final String prefix;

	private final boolean insecureHttpAllowed;

	private final Problems problems;

	PropertyChecks(String prefix, boolean insecureHttpAllowed, Problems problems) {
		this.prefix = prefix;
		this.insecureHttpAllowed = insecureHttpAllowed;
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
	 * An absolute URL that credentials or tokens may be sent to.
	 * @return the URL, or {@code null} if it is missing or cannot be used
	 */
	@Nullable URI url(String key, @Nullable String value) {
		if (value == null || !isResolved(key, value)) {
			return null;
		}
		URI url = parse(value);
		if (url == null || url.getHost() == null || !("https".equals(scheme(url)) || "http".equals(scheme(url)))) {
			problem(key, value.isBlank() ? "is blank" : "is not an absolute http or https URL",
					"write a URL such as https://idp.example.com/oauth2/token");
			return null;
		}
		if (url.getRawUserInfo() != null) {
			problem(key, "contains user info", "remove everything between :// and @; credentials have their own keys");
			return null;
		}
		if (url.getRawFragment() != null) {
			problem(key, "contains a fragment", "remove the # and what follows");
			return null;
		}
		if ("http".equals(scheme(url)) && !this.insecureHttpAllowed && !isLoopback(url.getHost())) {
			problem(key, "uses http, which shows credentials and tokens to anybody on the way",
					"use https; http is for loopback only, unless " + this.prefix + ".allow-insecure-http is true");
			return null;
		}
		return url;
	}

	/**
	 * An URL that is nothing but an origin.
	 * @return the URL, or {@code null} if it cannot be used
	 */
	@Nullable URI origin(String key, String value) {
		URI url = url(key, value);
		if (url != null && (!url.getRawPath().replace("/", "").isEmpty() || url.getRawQuery() != null)) {
			problem(key, "contains more than an origin", "write scheme, host and port only");
			return null;
		}
		return url;
	}

	/**
	 * Resource indicators, as in RFC 8707 section 2.
	 */
	List<String> resources(String key, @Nullable List<String> values) {
		List<String> checked = values(key, values);
		for (String value : checked) {
			URI resource = parse(value);
			if (resource == null || !resource.isAbsolute() || resource.getRawFragment() != null) {
				problem(key, "is not an absolute URI without a fragment",
						"write the URI of the API, as RFC 8707 section 2 wants it");
			}
		}
		return checked;
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
		named("parameters", parameters, RESERVED_PARAMETERS, "[^\\x00-\\x20\\x7F]+", consumer);
	}

	void headers(@Nullable Map<String, List<String>> headers, BiConsumer<String, List<String>> consumer) {
		named("headers", headers, RESERVED_HEADERS, "[A-Za-z0-9!#$%&'*+.^_`|~-]+", consumer);
	}

	private void named(String key, @Nullable Map<String, List<String>> map, Set<String> reserved, String pattern,
			BiConsumer<String, List<String>> consumer) {
		if (map == null) {
			return;
		}
		map.forEach((name, values) -> {
			String fullKey = key + "." + name;
			if (reserved.contains(name.toLowerCase(Locale.ROOT))) {
				problem(fullKey, "is reserved, because it is made from other keys",
						"remove it; see client-id, client-secret, scope, audience and resource");
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

	void problem(String key, String problem, String remedy) {
		this.problems.add(this.prefix + "." + key, problem, remedy);
	}

	private void checkValue(String key, String value) {
		if (isResolved(key, value) && value.chars().anyMatch((character) -> character < 0x20 || character == 0x7F)) {
			problem(key, "contains a control character, such as a line break", "remove it");
		}
	}

	private boolean isResolved(String key, String value) {
		if (value.contains("${")) {
			problem(key, "contains a placeholder that is not resolved",
					"set the environment variable or property that it names");
			return false;
		}
		return true;
	}

	private static @Nullable URI parse(String value) {
		try {
			return URI.create(value.strip());
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static String scheme(URI url) {
		return (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
	}

	/**
	 * Loopback by its literal spellings: a name that resolves to loopback today may
	 * resolve to something else tomorrow.
	 */
	private static boolean isLoopback(String host) {
		return "localhost".equalsIgnoreCase(host) || "[::1]".equals(host)
				|| host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
	}

}
