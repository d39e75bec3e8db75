/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.http.AllowedOrigins;

/**
 * The rules that URLs of one registration must keep.
 */
final class UrlChecks {

	private final PropertyChecks checks;

	private final boolean insecureHttpAllowed;

	UrlChecks(PropertyChecks checks, boolean insecureHttpAllowed) {
		this.checks = checks;
		this.insecureHttpAllowed = insecureHttpAllowed;
	}

	/**
	 * An absolute URL that credentials or tokens may be sent to.
	 * @return the URL, or {@code null} if it is missing or cannot be used
	 */
	@Nullable URI url(String key, @Nullable String value) {
		if (value == null || !this.checks.isResolved(key, value)) {
			return null;
		}
		URI url = parse(value);
		if (url == null || url.getHost() == null || !("https".equals(scheme(url)) || "http".equals(scheme(url)))) {
			boolean hasInvalidHost = url != null && url.getRawAuthority() != null && url.getHost() == null;
			this.checks.problem(key,
					value.isBlank() ? "is blank"
							: hasInvalidHost ? "has a host that is not valid" : "is not an absolute http or https URL",
					hasInvalidHost ? "use letters, digits, hyphens and dots in the host"
							: "write a URL such as https://idp.example.com/oauth2/token");
			return null;
		}
		if (url.getRawUserInfo() != null) {
			this.checks.problem(key, "contains user info",
					"remove everything between :// and @; credentials have their own keys");
			return null;
		}
		if (url.getRawFragment() != null) {
			this.checks.problem(key, "contains a fragment", "remove the # and what follows");
			return null;
		}
		if ("http".equals(scheme(url)) && !this.insecureHttpAllowed && !AllowedOrigins.isLoopback(url.getHost())) {
			this.checks.problem(key, "uses http, which shows credentials and tokens to anybody on the way",
					"use https; http is for loopback only, unless allow-insecure-http is true");
			return null;
		}
		return url;
	}

	/**
	 * The origin of the base URL and the further ones.
	 */
	AllowedOrigins origins(@Nullable URI baseUrl, @Nullable List<String> values) {
		List<URI> origins = new ArrayList<>();
		if (baseUrl != null) {
			origins.add(baseUrl);
		}
		for (String value : Objects.requireNonNullElse(values, List.<String>of())) {
			if ("*".equals(value)) {
				return AllowedOrigins.any(this.insecureHttpAllowed);
			}
			URI origin = origin("origins", value);
			if (origin != null) {
				origins.add(origin);
			}
		}
		return AllowedOrigins.of(origins);
	}

	/**
	 * A URL that is nothing but an origin.
	 * @return the URL, or {@code null} if it cannot be used
	 */
	private @Nullable URI origin(String key, String value) {
		URI url = url(key, value);
		if (url != null && (!url.getRawPath().replace("/", "").isEmpty() || url.getRawQuery() != null)) {
			this.checks.problem(key, "contains more than an origin", "write scheme, host and port only");
			return null;
		}
		return url;
	}

	/**
	 * Resource indicators, as in RFC 8707 section 2.
	 */
	List<String> resources(String key, @Nullable List<String> values) {
		List<String> checked = this.checks.values(key, values);
		for (String value : checked) {
			URI resource = parse(value);
			if (resource == null || !resource.isAbsolute() || resource.getRawFragment() != null) {
				this.checks.problem(key, "is not an absolute URI without a fragment",
						"write the URI of the API, as RFC 8707 section 2 wants it");
			}
		}
		return checked;
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

}
