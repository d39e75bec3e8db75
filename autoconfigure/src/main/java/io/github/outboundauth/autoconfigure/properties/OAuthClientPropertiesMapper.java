/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.unit.DataSize;

import io.github.outboundauth.autoconfigure.properties.InvalidOAuthClientException.Problem;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Http;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Refresh;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Retry;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.http.BearerPolicy;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;

/**
 * Makes registrations of what is configured: inherits, fills in defaults, and refuses
 * what cannot work.
 */
final class OAuthClientPropertiesMapper {

	static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	static final DataSize MAX_RESPONSE_SIZE = DataSize.ofKilobytes(64);

	private static final String PREFIX = "oauth.client";

	private static final List<String> METHODS = List.of(ClientAuthenticationMethod.CLIENT_SECRET_BASIC.getValue(),
			ClientAuthenticationMethod.CLIENT_SECRET_POST.getValue());

	private final List<Problem> problems = new ArrayList<>();

	private final Iterable<ConfigurationPropertySource> sources;

	private OAuthClientPropertiesMapper(Iterable<ConfigurationPropertySource> sources) {
		this.sources = sources;
	}

	static OAuthClientRegistrations map(OAuthClientProperties properties,
			Iterable<ConfigurationPropertySource> sources) {
		return new OAuthClientPropertiesMapper(sources).registrations(properties);
	}

	private OAuthClientRegistrations registrations(OAuthClientProperties properties) {
		Map<String, OAuthClientRegistration> registrations = new LinkedHashMap<>();
		Map<String, OAuthClientProperties> further = Objects.requireNonNullElse(properties.registration(), Map.of());
		new PropertyChecks(PREFIX, this.problems).planned(this.sources);
		if (properties.clientId() != null || (further.isEmpty() && describesClient(properties))) {
			add(OAuthClientRegistration.DEFAULT_ID, PREFIX, properties.inheritFrom(properties), registrations);
		}
		further.forEach((id, own) -> {
			String prefix = PREFIX + ".registration." + id;
			checkPlace(id, prefix, own);
			new PropertyChecks(prefix, this.problems).planned(this.sources);
			add(id, prefix, own.inheritFrom(properties), registrations);
		});
		Map<String, String> groups = Objects.requireNonNullElse(properties.httpServiceGroup(), Map.of());
		groups.forEach((group, id) -> {
			if (!registrations.containsKey(id)) {
				String nearest = Spelling.nearest(id, registrations.keySet());
				this.problems.add(new Problem(PREFIX + ".http-service-group." + group,
						"names the registration '" + id + "', which is not configured", (nearest != null)
								? "did you mean '" + nearest + "'?" : "use one of " + registrations.keySet()));
			}
		});
		if (!this.problems.isEmpty()) {
			throw new InvalidOAuthClientException(this.problems);
		}
		return new OAuthClientRegistrations(registrations, groups);
	}

	/**
	 * Whether somebody seems to have meant a registration, and forgot its client id.
	 */
	private static boolean describesClient(OAuthClientProperties properties) {
		return Stream.of(properties.tokenUri(), properties.clientSecret(), properties.scope(), properties.baseUrl())
			.anyMatch(Objects::nonNull);
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

	private void add(String id, String prefix, OAuthClientProperties properties,
			Map<String, OAuthClientRegistration> registrations) {
		boolean insecureHttpAllowed = Boolean.TRUE.equals(properties.allowInsecureHttp());
		PropertyChecks checks = new PropertyChecks(prefix, this.problems);
		UrlChecks urls = new UrlChecks(checks, insecureHttpAllowed);
		Http http = Http.EMPTY.orElse(properties.http());
		URI baseUrl = urls.url("base-url", properties.baseUrl());
		TokenRequest request = request(id, properties, checks, urls);
		OAuthClientRegistration registration = new OAuthClientRegistration(id, request,
				checks.duration("http.connect-timeout", http.connectTimeout(), CONNECT_TIMEOUT, false),
				checks.duration("http.read-timeout", http.readTimeout(), READ_TIMEOUT, false),
				maxResponseSize(http, checks), refresh(properties, checks), retry(properties, http, checks),
				new BearerPolicy(urls.origins(baseUrl, properties.origins()),
						!Boolean.FALSE.equals(properties.replayUnauthorized()),
						!Boolean.FALSE.equals(properties.requireToken())),
				baseUrl, Objects.requireNonNullElse(properties.startup(), Startup.LAZY), insecureHttpAllowed);
		registrations.put(id, registration);
	}

	private static TokenRequest request(String id, OAuthClientProperties properties, PropertyChecks checks,
			UrlChecks urls) {
		String remedy = "write the token endpoint of the authorization server, such as https://idp.example.com/oauth2/token";
		URI tokenUri = urls.url("token-uri", checks.text("token-uri", properties.tokenUri(), remedy));
		String clientId = checks.text("client-id", properties.clientId(),
				"write the id that the authorization server gave to this client");
		String clientSecret = checks.text("client-secret", properties.clientSecret(),
				"write a placeholder such as ${CLIENT_SECRET} and set it in the environment");
		List<String> scopes = checks.scopes("scope", properties.scope());
		String method = method(properties.clientAuthenticationMethod(), checks);
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		addAll(parameters, "audience", checks.values("audience", properties.audience()));
		addAll(parameters, "resource", urls.resources("resource", properties.resource()));
		checks.parameters(properties.parameters(), (name, values) -> addAll(parameters, name, values));
		HttpHeaders headers = new HttpHeaders();
		checks.headers(properties.headers(), (name, values) -> headers.addAll(name, values));
		// After a problem these are placeholders: the registration is never used.
		ClientRegistration client = ClientRegistration.withRegistrationId(id)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.clientAuthenticationMethod(new ClientAuthenticationMethod(method))
			.tokenUri((tokenUri != null) ? tokenUri.toString() : "invalid")
			.clientId((clientId != null) ? clientId : "invalid")
			.clientSecret((clientSecret != null) ? clientSecret : "")
			.scope(scopes.stream().filter((scope) -> scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")).toList())
			.build();
		return new TokenRequest(client, parameters, headers);
	}

	private static void addAll(MultiValueMap<String, String> parameters, String name, List<String> values) {
		if (!values.isEmpty()) {
			parameters.addAll(name, values);
		}
	}

	private static String method(@Nullable String value, PropertyChecks checks) {
		if (value == null) {
			return METHODS.get(0);
		}
		String method = value.strip().replace('-', '_');
		if (!METHODS.contains(method)) {
			checks.problem("client-authentication-method", "is not one that this version supports",
					"write one of " + METHODS);
			return METHODS.get(0);
		}
		return method;
	}

	private static int maxResponseSize(Http http, PropertyChecks checks) {
		Long bytes = (http.maxResponseSize() != null) ? http.maxResponseSize().toBytes() : null;
		return (int) checks.number("http.max-response-size", bytes, MAX_RESPONSE_SIZE.toBytes(), 1024, 16_777_216);
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

	private static RetryPolicy retry(OAuthClientProperties properties, Http http, PropertyChecks checks) {
		RetryPolicy defaults = RetryPolicy.DEFAULT;
		Retry retry = Retry.EMPTY.orElse(properties.retry());
		Long maxAttempts = (retry.maxAttempts() != null) ? retry.maxAttempts().longValue() : null;
		return new RetryPolicy((int) checks.number("retry.max-attempts", maxAttempts, defaults.maxAttempts(), 1, 10),
				checks.duration("retry.backoff", retry.backoff(), defaults.backoff(), true),
				checks.duration("retry.max-backoff", retry.maxBackoff(), defaults.maxBackoff(), true),
				checks.duration("http.total-timeout", http.totalTimeout(), defaults.totalTimeout(), false));
	}

}
