/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.BasicEncoding;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Http;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Members;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Response;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Retry;
import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.endpoint.RequestStyle.Format;
import io.github.outboundauth.endpoint.SuppliedValues;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.token.RetryPolicy;

/**
 * Makes of what is configured for one registration what its token requests have in
 * common, how often they are tried, and how their answers are read.
 */
final class RequestMapper {

	static final DataSize MAX_RESPONSE_SIZE = DataSize.ofKilobytes(64);

	/** Grants that begin with a user. */
	private static final Set<String> USER_GRANTS = Set.of("authorization_code", "implicit", "refresh_token",
			"urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba");

	private final OAuthClientProperties properties;

	private final SuppliedValues supplied;

	private final PropertyChecks checks;

	private final UrlChecks urls;

	RequestMapper(OAuthClientProperties properties, SuppliedValues supplied, PropertyChecks checks, UrlChecks urls) {
		this.properties = properties;
		this.supplied = supplied;
		this.checks = checks;
		this.urls = urls;
	}

	/**
	 * The request without endpoint, method, credentials and what is supplied each time.
	 */
	TokenRequest request(String id) {
		String clientId = this.checks.text("client-id", this.properties.clientId(),
				"write the id that the authorization server gave to this client");
		List<String> scopes = this.checks.scopes("scope", this.properties.scope());
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		addAll(parameters, "audience", this.checks.values("audience", this.properties.audience()));
		addAll(parameters, "resource", this.urls.resources("resource", this.properties.resource()));
		this.checks.parameters(this.properties.parameters(), (name, values) -> addAll(parameters, name, values));
		this.checks.parameters(named(this.supplied.parameters()), (name, values) -> {
		});
		RequestStyle style = style();
		if (style.grantType().equals(RequestStyle.JWT_BEARER)
				&& (parameters.containsKey("assertion") || this.supplied.parameters().containsKey("assertion"))) {
			this.checks.problem("parameters.assertion", "is reserved, because the grant makes it anew each time",
					"remove it, and write assertion.location for one that is ready-made");
		}
		HttpHeaders headers = new HttpHeaders();
		this.checks.headers(this.properties.headers(), (name, values) -> headers.addAll(name, values));
		this.checks.headers(named(this.supplied.headers()), (name, values) -> {
		});
		// After a problem these are placeholders: the registration is never used.
		ClientRegistration client = ClientRegistration.withRegistrationId(id)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri(StringUtils.hasText(this.properties.tokenUri()) ? this.properties.tokenUri() : "unknown")
			.clientId((clientId != null) ? clientId : "invalid")
			.scope(scopes.stream().filter((scope) -> scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")).toList())
			.build();
		return new TokenRequest(client, parameters, headers, style);
	}

	/**
	 * What is supplied, as far as it is known before it is asked for.
	 */
	private static Map<String, List<String>> named(Map<String, ?> suppliers) {
		return suppliers.keySet().stream().collect(Collectors.toMap(Function.identity(), (name) -> List.of()));
	}

	private static void addAll(MultiValueMap<String, String> parameters, String name, List<String> values) {
		if (!values.isEmpty()) {
			parameters.addAll(name, values);
		}
	}

	private RequestStyle style() {
		return new RequestStyle(grantType(), scopeDelimiter(), this.properties.basicEncoding() == BasicEncoding.RAW,
				Objects.requireNonNullElse(this.properties.requestFormat(), Format.FORM));
	}

	private String grantType() {
		String key = "authorization-grant-type";
		String value = this.properties.authorizationGrantType();
		String standard = RequestStyle.STANDARD.grantType();
		if (value == null) {
			return standard;
		}
		String name = this.checks.text(key, value, "write " + standard + ", or remove the key");
		if (name == null) {
			return standard;
		}
		String grantType = name.strip();
		if (grantType.equals("password")) {
			this.checks.problem(key, "is password, which must not be used (RFC 9700 section 2.4)",
					"write " + standard + ", and have the authorization server allow it");
		}
		else if (USER_GRANTS.contains(grantType)) {
			this.checks.problem(key, "is " + grantType + ", which needs a user",
					"write " + standard + "; Spring Security's oauth2Login and oauth2Client are for users");
		}
		else if (!grantType.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")) {
			this.checks.problem(key, "contains a character that no grant type has", "write the name of the grant type");
		}
		return grantType.equals("client-credentials") ? standard : grantType;
	}

	private String scopeDelimiter() {
		String delimiter = this.properties.scopeDelimiter();
		if (delimiter == null || delimiter.isBlank()) {
			return RequestStyle.STANDARD.scopeDelimiter();
		}
		if (!delimiter.strip().matches("[\\x21-\\x7E]")) {
			this.checks.problem("scope-delimiter", "is not a single ASCII character", "write a character such as ','");
		}
		return delimiter.strip();
	}

	/**
	 * How often they are tried.
	 */
	RetryPolicy retry() {
		Http http = Http.EMPTY.orElse(this.properties.http());
		RetryPolicy defaults = RetryPolicy.DEFAULT;
		Retry retry = Retry.EMPTY.orElse(this.properties.retry());
		Long maxAttempts = (retry.maxAttempts() != null) ? retry.maxAttempts().longValue() : null;
		return new RetryPolicy(
				(int) this.checks.number("retry.max-attempts", maxAttempts, defaults.maxAttempts(), 1, 10),
				this.checks.duration("retry.backoff", retry.backoff(), defaults.backoff(), true),
				this.checks.duration("retry.max-backoff", retry.maxBackoff(), defaults.maxBackoff(), true),
				this.checks.duration("http.total-timeout", http.totalTimeout(), defaults.totalTimeout(), false));
	}

	/**
	 * How answers are read.
	 * @param scopeDelimiter what stands between two scopes
	 */
	ResponseRules rules(String scopeDelimiter) {
		Response response = Response.EMPTY.orElse(this.properties.response());
		ResponseRules standard = ResponseRules.standard(0);
		Http http = Http.EMPTY.orElse(this.properties.http());
		Long bytes = (http.maxResponseSize() != null) ? http.maxResponseSize().toBytes() : null;
		Set<String> types = (response.acceptedTokenTypes() == null) ? standard.acceptedTokenTypes()
				: this.checks.values("response.accepted-token-types", response.acceptedTokenTypes())
					.stream()
					.map((type) -> type.strip().toLowerCase(Locale.ROOT))
					.collect(Collectors.toUnmodifiableSet());
		String defaultType = (response.defaultTokenType() != null) ? response.defaultTokenType().strip() : null;
		if (types.isEmpty()) {
			this.checks.problem("response.accepted-token-types", "is empty, so every token would be refused",
					"write Bearer, or remove the key");
		}
		ResponseRules rules = new ResponseRules((int) this.checks.number("http.max-response-size", bytes,
				MAX_RESPONSE_SIZE.toBytes(), 1024, 16_777_216), defaultType, types, names(response.members()),
				scopeDelimiter);
		if (defaultType != null && !types.contains(defaultType.toLowerCase(Locale.ROOT))) {
			this.checks.problem("response.default-token-type", "is not among response.accepted-token-types",
					"write Bearer, or add it there");
		}
		return rules;
	}

	private Map<String, String> names(@Nullable Members members) {
		Members own = Objects.requireNonNullElse(members, Members.EMPTY);
		Map<String, String> names = new LinkedHashMap<>();
		put(names, "access_token", own.accessToken());
		put(names, "token_type", own.tokenType());
		put(names, "expires_in", own.expiresIn());
		put(names, "scope", own.scope());
		if (new HashSet<>(names.values()).size() < names.size()) {
			this.checks.problem("response.members", "has the same name twice", "write a name of its own for each");
		}
		return Map.copyOf(names);
	}

	private void put(Map<String, String> names, String standard, @Nullable String name) {
		if (name != null) {
			this.checks.text("response.members." + standard.replace('_', '-'), name, "write the name of the member");
			names.put(standard, name.strip());
		}
	}

}
