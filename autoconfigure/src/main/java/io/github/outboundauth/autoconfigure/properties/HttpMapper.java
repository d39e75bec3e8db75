/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.HttpHeaders;

import io.github.outboundauth.autoconfigure.endpoint.HttpSettings;
import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Api;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Http;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Proxy;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Ssl;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Endpoint;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.discovery.Issuer;
import io.github.outboundauth.http.BearerPolicy.TokenHeader;

/**
 * Makes of what is configured for one registration where its token requests go, and by
 * which HTTP clients they and the API are reached.
 */
final class HttpMapper {

	static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	private final OAuthClientProperties properties;

	private final PropertyChecks checks;

	private final UrlChecks urls;

	HttpMapper(OAuthClientProperties properties, PropertyChecks checks, UrlChecks urls) {
		this.properties = properties;
		this.checks = checks;
		this.urls = urls;
	}

	/**
	 * The endpoint; without token URI and issuer after a problem.
	 */
	Endpoint endpoint(ResponseRules rules) {
		Http http = Http.EMPTY.orElse(this.properties.http());
		return new Endpoint(tokenUri(), issuer(),
				new HttpSettings(
						this.checks.duration("http.connect-timeout", http.connectTimeout(), CONNECT_TIMEOUT, false),
						this.checks.duration("http.read-timeout", http.readTimeout(), READ_TIMEOUT, false),
						bundle("http", http.ssl()), proxy("http", http.proxy())),
				rules);
	}

	private @Nullable URI tokenUri() {
		String value = this.properties.tokenUri();
		if (this.properties.issuerUri() == null) {
			return this.urls.url("token-uri",
					this.checks.text("token-uri", value,
							"write the token endpoint of the authorization server, such as "
									+ "https://idp.example.com/oauth2/token, or its issuer as issuer-uri"));
		}
		if (value != null) {
			this.checks.problem("token-uri", "is set, and issuer-uri too",
					"remove one of the two: the issuer's metadata names the token endpoint");
		}
		return null;
	}

	private @Nullable Issuer issuer() {
		String value = this.properties.issuerUri();
		URI metadataUri = this.urls.url("metadata-uri", this.properties.metadataUri());
		if (value == null) {
			if (this.properties.metadataUri() != null) {
				this.checks.problem("metadata-uri", "is set without issuer-uri",
						"write the issuer that the metadata has to name as issuer-uri");
			}
			return null;
		}
		URI uri = this.urls.url("issuer-uri", value);
		if (uri != null && uri.getRawQuery() != null) {
			this.checks.problem("issuer-uri", "contains a query", "remove the ? and what follows; no issuer has one");
		}
		return new Issuer(value.strip(), metadataUri, Boolean.TRUE.equals(this.properties.allowInsecureHttp()));
	}

	/**
	 * How the API is called.
	 */
	OAuthClientRegistration.Api api() {
		Api api = this.properties.api();
		if (api == null) {
			return OAuthClientRegistration.Api.STANDARD;
		}
		HttpHeaders defaultHeaders = new HttpHeaders();
		this.checks.defaultHeaders("api.default-header", api.defaultHeader(), tokenHeader().name(),
				defaultHeaders::addAll);
		return new OAuthClientRegistration.Api(
				HttpClientSettings.defaults()
					.withRedirects(api.redirects())
					.withTimeouts(timeout("api.connect-timeout", api.connectTimeout(), CONNECT_TIMEOUT),
							timeout("api.read-timeout", api.readTimeout(), READ_TIMEOUT)),
				bundle("api", api.ssl()), proxy("api", api.proxy()), defaultHeaders);
	}

	/**
	 * How calls of the API carry the token.
	 */
	TokenHeader tokenHeader() {
		Api api = this.properties.api();
		if (api == null || (api.tokenHeader() == null && api.tokenScheme() == null)) {
			return TokenHeader.STANDARD;
		}
		String name = this.checks.tokenHeader("api.token-header",
				Objects.requireNonNullElse(api.tokenHeader(), TokenHeader.STANDARD.name()));
		return new TokenHeader(name, tokenScheme(name, api.tokenScheme()));
	}

	private String tokenScheme(String header, @Nullable String scheme) {
		if (scheme == null) {
			return header.equalsIgnoreCase(TokenHeader.STANDARD.name()) ? TokenHeader.STANDARD.scheme() : "";
		}
		if (this.checks.isResolved("api.token-scheme", scheme)
				&& !scheme.strip().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]*")) {
			this.checks.problem("api.token-scheme", "contains characters that no scheme has",
					"write one word, or nothing for the token alone");
		}
		return scheme.strip();
	}

	private @Nullable Duration timeout(String key, @Nullable Duration value, Duration example) {
		return (value != null) ? this.checks.duration(key, value, example, false) : null;
	}

	private @Nullable String bundle(String prefix, @Nullable Ssl ssl) {
		String bundle = (ssl != null) ? ssl.bundle() : null;
		return (bundle != null) ? this.checks.text(prefix + ".ssl.bundle", bundle, "write the name of an SSL bundle")
				: null;
	}

	private @Nullable ProxySettings proxy(String prefix, @Nullable Proxy proxy) {
		if (proxy == null) {
			return null;
		}
		String key = prefix + ".proxy";
		String host = this.checks.text(key + ".host", proxy.host(), "write the host of the proxy");
		if (host != null && !host.strip().matches("[A-Za-z0-9._:\\[\\]-]+")) {
			this.checks.problem(key + ".host", "is not a host", "write a host without scheme, user, port and path");
		}
		if (proxy.port() == null) {
			this.checks.problem(key + ".port", "is missing", "write the port of the proxy");
		}
		long port = this.checks.number(key + ".port", (proxy.port() != null) ? proxy.port().longValue() : null, 3128, 1,
				65535);
		if ((proxy.username() == null) != (proxy.password() == null)) {
			this.checks.problem(key, "has a username or a password, but not both", "write both or none");
		}
		else if (proxy.username() != null) {
			this.checks.text(key + ".username", proxy.username(), "write the user, or remove username and password");
			if (proxy.username().contains(":")) {
				this.checks.problem(key + ".username", "contains a colon, which ends a user name (RFC 7617 section 2)",
						"write a user name without it");
			}
			this.checks.text(key + ".password", proxy.password(), "write a placeholder such as ${PROXY_PASSWORD}");
		}
		return new ProxySettings(Objects.requireNonNullElse(host, "invalid").strip(), (int) port, proxy.username(),
				proxy.password(), this.checks.values(key + ".non-proxy-hosts", proxy.nonProxyHosts()));
	}

}
