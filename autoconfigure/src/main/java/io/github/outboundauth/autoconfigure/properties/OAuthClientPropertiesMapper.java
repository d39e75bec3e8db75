/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.autoconfigure.credentials.CredentialBundles;
import io.github.outboundauth.autoconfigure.credentials.CredentialFiles;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.diagnostics.Spelling;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException.Problem;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Refresh;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Endpoint;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations.InCode;
import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.endpoint.SuppliedValues;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;

/**
 * Makes registrations of what is configured: inherits, fills in defaults, and refuses
 * what cannot work.
 */
final class OAuthClientPropertiesMapper {

	static final String PREFIX = "oauth.client";

	private final List<Problem> problems = new ArrayList<>();

	/** The registrations with a token of their own, by what decides which one that is. */
	private final Map<List<@Nullable Object>, List<TokenOwner>> tokens = new HashMap<>();

	private final InCode inCode;

	private final CredentialFiles files;

	private final CredentialBundles bundles;

	OAuthClientPropertiesMapper(InCode inCode, CredentialFiles files, CredentialBundles bundles) {
		this.inCode = inCode;
		this.files = files;
		this.bundles = bundles;
	}

	OAuthClientRegistrations registrations(OAuthClientProperties properties) {
		Map<String, OAuthClientRegistration> registrations = new LinkedHashMap<>();
		Map<String, OAuthClientProperties> further = Objects.requireNonNullElse(properties.registration(), Map.of());
		if (properties.clientId() != null || (further.isEmpty() && describesClient(properties))) {
			add(OAuthClientRegistration.DEFAULT_ID, (key) -> PREFIX + "." + key, properties.inheritFrom(properties),
					registrations);
		}
		else {
			checkUnused(properties);
		}
		further.forEach((id, own) -> {
			String prefix = PREFIX + ".registration." + id;
			checkPlace(id, prefix, own);
			OAuthClientProperties all = own.inheritFrom(properties);
			add(id, (key) -> (isInherited(key, all, own, properties) ? PREFIX : prefix) + "." + key, all,
					registrations);
		});
		Map<String, String> groups = Objects.requireNonNullElse(properties.httpServiceGroup(), Map.of());
		groups.forEach((group, id) -> require(id, registrations.keySet(), ".http-service-group." + group,
				"names the registration '" + id + "', which is not configured"));
		this.inCode.supplied()
			.keySet()
			.forEach((id) -> require(id, registrations.keySet(),
					OAuthClientRegistration.DEFAULT_ID.equals(id) ? "" : ".registration." + id,
					"is not configured, but values are supplied for it"));
		if (!this.problems.isEmpty()) {
			throw new InvalidOAuthClientException(this.problems.stream().distinct().toList());
		}
		return new OAuthClientRegistrations(registrations, groups);
	}

	private void require(String id, Set<String> ids, String key, String problem) {
		if (!ids.contains(id)) {
			this.problems.add(new Problem(PREFIX + key, problem, Spelling.remedy(id, ids)));
		}
	}

	/**
	 * Whether somebody seems to have meant a registration, and forgot its client id.
	 */
	private static boolean describesClient(OAuthClientProperties properties) {
		return Stream
			.of(properties.tokenUri(), properties.issuerUri(), properties.metadataUri(), properties.clientSecret(),
					properties.clientSecretLocation(), properties.clientAuthenticationMethod(), properties.assertion(),
					properties.scope(), properties.audience(), properties.resource(), properties.parameters(),
					properties.headers(), properties.baseUrl(), properties.origins(), properties.api())
			.anyMatch(Objects::nonNull);
	}

	/**
	 * Keys that nobody inherits do nothing without a registration of their own.
	 */
	private void checkUnused(OAuthClientProperties properties) {
		PropertyChecks checks = new PropertyChecks(PREFIX, this.problems);
		Map<String, @Nullable Object> unused = new LinkedHashMap<>();
		unused.put("scope", properties.scope());
		unused.put("audience", properties.audience());
		unused.put("resource", properties.resource());
		unused.put("parameters", properties.parameters());
		unused.put("headers", properties.headers());
		unused.put("base-url", properties.baseUrl());
		unused.put("origins", properties.origins());
		unused.put("api", properties.api());
		unused.put("allow-insecure-http", properties.allowInsecureHttp());
		unused.forEach((key, value) -> {
			if (value != null) {
				checks.problem(key, "is not inherited, and there is no client-id for a registration of its own",
						"move it to the registrations that need it, or set client-id");
			}
		});
	}

	private void checkPlace(String id, String prefix, OAuthClientProperties own) {
		if (OAuthClientRegistration.DEFAULT_ID.equals(id)) {
			this.problems
				.add(new Problem(prefix, "is described in the wrong place", "write its keys directly under " + PREFIX));
		}
		if (own.enabled() != null || own.registration() != null || own.httpServiceGroup() != null) {
			this.problems.add(new Problem(prefix, "contains enabled, registration or http-service-group",
					"write these keys directly under " + PREFIX));
		}
	}

	/**
	 * Whether a key is written only where it is inherited from. What is not inherited is
	 * whether a URL may use http.
	 */
	private static boolean isInherited(String key, OAuthClientProperties all, OAuthClientProperties own,
			OAuthClientProperties parent) {
		boolean insecure = key.endsWith("-uri") && Boolean.TRUE.equals(parent.allowInsecureHttp());
		return !insecure && all.depth(key) > own.depth(key);
	}

	private void add(String id, UnaryOperator<String> keys, OAuthClientProperties properties,
			Map<String, OAuthClientRegistration> registrations) {
		boolean insecureHttpAllowed = Boolean.TRUE.equals(properties.allowInsecureHttp());
		PropertyChecks checks = new PropertyChecks(keys, this.inCode.literal(), this.problems);
		UrlChecks urls = new UrlChecks(checks, insecureHttpAllowed);
		URI baseUrl = urls.url("base-url", properties.baseUrl());
		SuppliedValues supplied = this.inCode.supplied().getOrDefault(id, SuppliedValues.NONE);
		RequestMapper requests = new RequestMapper(properties, supplied, checks, urls);
		TokenRequest request = requests.request(id);
		HttpMapper http = new HttpMapper(properties, checks, urls);
		Endpoint endpoint = http.endpoint(requests.rules(request.style().scopeDelimiter()));
		RefreshPolicy refresh = refresh(properties, checks);
		RetryPolicy retry = requests.retry();
		OAuthClientRegistration registration = new OAuthClientRegistration(id, keys,
				supplied.isEmpty() ? tokenOf(id, properties, request, endpoint, List.of(refresh, retry)) : id, request,
				supplied, new CredentialMapper(properties, request.style(), checks, this.files, this.bundles).proofs(),
				endpoint, http.api(), refresh, retry,
				new BearerPolicy(urls.origins(baseUrl, properties.origins()),
						!Boolean.FALSE.equals(properties.replayUnauthorized()),
						!Boolean.FALSE.equals(properties.requireToken()), http.tokenHeader()),
				baseUrl, Objects.requireNonNullElse(properties.startup(), Startup.LAZY), insecureHttpAllowed);
		registrations.put(id, registration);
	}

	/**
	 * The first registration that asks for exactly the same token. No record with a type
	 * of ours in it is compared: that would have the JDK keep our class loader. Others
	 * are compared only if all else is the same: the first hash code of each type takes
	 * the JDK milliseconds.
	 */
	private String tokenOf(String id, OAuthClientProperties properties, TokenRequest request, Endpoint endpoint,
			List<Object> policies) {
		if (Boolean.FALSE.equals(properties.shareToken())) {
			return id;
		}
		RequestStyle style = request.style();
		List<@Nullable Object> token = Arrays.asList(endpoint.tokenUri(), request.client().getClientId(),
				request.client().getScopes(), request.parameters(), request.headers(), style.grantType(),
				style.scopeDelimiter(), style.rawBasic(), style.format(), properties.clientAuthenticationMethod(),
				properties.clientSecret(), properties.clientSecretLocation());
		List<@Nullable Object> way = Arrays.asList(endpoint.issuer(), endpoint.http(), endpoint.rules(),
				properties.assertion(), policies);
		List<TokenOwner> owners = this.tokens.computeIfAbsent(token, (first) -> new ArrayList<>());
		for (TokenOwner owner : owners) {
			if (owner.way().equals(way)) {
				return owner.id();
			}
		}
		owners.add(new TokenOwner(id, way));
		return id;
	}

	private static RefreshPolicy refresh(OAuthClientProperties properties, PropertyChecks checks) {
		RefreshPolicy defaults = RefreshPolicy.DEFAULT;
		Refresh refresh = Refresh.EMPTY.orElse(properties.refresh());
		return new RefreshPolicy(
				checks
					.duration("refresh.outage-tolerance", refresh.outageTolerance(), defaults.outageTolerance(), true),
				checks.duration("refresh.margin", refresh.margin(), defaults.margin(), true),
				checks.duration("refresh.default-lifetime", refresh.defaultLifetime(), defaults.defaultLifetime(),
						false),
				checks.duration("refresh.max-lifetime", refresh.maxLifetime(), defaults.maxLifetime(), false),
				Boolean.TRUE.equals(refresh.keepWarm()));
	}

	/**
	 * A registration with a token of its own.
	 *
	 * @param id its id
	 * @param way how it asks for the token
	 */
	private record TokenOwner(String id, List<@Nullable Object> way) {

	}

}
