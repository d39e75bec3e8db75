/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;

/**
 * Takes from the metadata of an issuer what is of use, if it is the right issuer and its
 * token endpoint may get credentials.
 *
 * @param issuer the issuer that was asked
 * @param failures says what is wrong with its metadata
 */
record MetadataReader(Issuer issuer, TokenEndpointFailures failures) {

	private static final int STATUS = 200;

	/** What may be shown in messages. All names that mean something look like this. */
	private static final Predicate<String> NAME = Pattern.compile("[A-Za-z0-9_.:/+-]{1,64}").asMatchPredicate();

	private static final int MAX_NAMES = 50;

	/**
	 * What the metadata says of the server.
	 * @throws TokenEndpointException if nothing of it may be used
	 */
	AuthorizationServer read(Map<String, @Nullable Object> metadata) {
		checkIssuer(metadata.get("issuer"));
		URI tokenEndpoint = endpoint("token_endpoint", metadata.get("token_endpoint"));
		if (tokenEndpoint == null) {
			throw this.failures.invalid("the metadata of the issuer has no token_endpoint",
					"Have the authorization server publish it, or set token-uri in place of issuer-uri", STATUS);
		}
		URI mutualTls = (metadata.get("mtls_endpoint_aliases") instanceof Map<?, ?> aliases)
				? endpoint("mtls_endpoint_aliases.token_endpoint", aliases.get("token_endpoint")) : null;
		return new AuthorizationServer(this.issuer.uri(), tokenEndpoint, mutualTls,
				names(metadata.get("token_endpoint_auth_methods_supported")),
				names(metadata.get("token_endpoint_auth_signing_alg_values_supported")), null);
	}

	private static Set<String> names(@Nullable Object value) {
		return (value instanceof List<?> list) ? list.stream()
			.filter(String.class::isInstance)
			.map(String.class::cast)
			.filter(NAME)
			.distinct()
			.limit(MAX_NAMES)
			.collect(Collectors.toUnmodifiableSet()) : Set.of();
	}

	/**
	 * Another issuer's metadata is not used, as RFC 8414 section 3.3 wants it.
	 */
	private void checkIssuer(@Nullable Object value) {
		if (this.issuer.uri().equals(value)) {
			return;
		}
		if (!(value instanceof String actual)) {
			throw this.failures.invalid("the metadata has no issuer", this.issuer.address().check(), STATUS);
		}
		String difference = difference(this.issuer.uri(), actual);
		throw this.failures.invalid(
				"the metadata is that of the issuer " + this.failures.quoted(actual) + ", issuer-uri is "
						+ this.failures.quoted(this.issuer.uri()) + "; they differ in " + difference,
				advice(difference), STATUS);
	}

	private String advice(String difference) {
		String copy = "If that is the server, set issuer-uri to its issuer, exactly as the metadata has it";
		return List.of("the scheme", "the host", "the port").contains(difference) && this.issuer.metadataUri() == null
				? copy + "; if it is reached through an internal address, set metadata-uri to that address" : copy;
	}

	private static String difference(String configured, String actual) {
		if (configured.equals(actual + "/") || actual.equals(configured + "/")) {
			return "the slash at the end";
		}
		if (configured.equalsIgnoreCase(actual)) {
			return "upper and lower case";
		}
		URI one = URI.create(configured);
		URI other = parse(actual);
		if (other == null || other.getHost() == null) {
			return "that it is no URL";
		}
		return !same(one, other, URI::getHost) ? "the host" : !same(one, other, URI::getScheme) ? "the scheme"
				: !same(one, other, URI::getPort) ? "the port" : "the path";
	}

	private static boolean same(URI one, URI other, Function<URI, @Nullable Object> part) {
		return Objects.equals(part.apply(one), part.apply(other));
	}

	/**
	 * A URL that credentials may be sent to.
	 */
	private @Nullable URI endpoint(String name, @Nullable Object value) {
		if (!(value instanceof String text)) {
			return null;
		}
		URI uri = parse(text);
		String problem = problem(uri);
		if (uri == null || problem != null) {
			String shown = (uri != null && uri.getRawUserInfo() != null) ? "" : " " + this.failures.quoted(text);
			throw this.failures.invalid(name + shown + " in the metadata of the issuer " + problem,
					"Correct it at the authorization server, or set token-uri in place of issuer-uri", STATUS);
		}
		return uri;
	}

	private @Nullable String problem(@Nullable URI uri) {
		String scheme = (uri != null && uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (uri == null || uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
			return "is not an absolute http or https URL";
		}
		if (uri.getRawUserInfo() != null) {
			return "contains user info";
		}
		if (uri.getRawFragment() != null) {
			return "contains a fragment";
		}
		boolean local = Issuer.isLocal(uri);
		if (local && !this.issuer.isLocal()) {
			return "leads to this machine, where the issuer is not";
		}
		return (scheme.equals("http") && !local && !this.issuer.insecureHttpAllowed())
				? "uses http, which shows credentials and tokens to anybody on the way, and needs allow-insecure-http"
				: null;
	}

	private static @Nullable URI parse(String text) {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
