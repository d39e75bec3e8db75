/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.annotation.RegisterReflection;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import io.github.outboundauth.endpoint.RequestStyle.Format;

/**
 * What is written under {@code oauth.client} for the registration {@code default}, and
 * under {@code oauth.client.registration.<id>} for the others. {@code null} means that
 * nothing is written.
 *
 * @param enabled Whether tokens are obtained and attached at all.
 * @param tokenUri Token endpoint of the authorization server.
 * @param issuerUri Issuer whose metadata (OpenID Connect Discovery, RFC 8414) names the
 * token endpoint. Fetched with the first token.
 * @param metadataUri Where the metadata of the issuer is, if the server is reached in
 * another way than its issuer says.
 * @param clientId Client id at the authorization server.
 * @param clientSecret Client secret.
 * @param clientSecretLocation File with the client secret, read again for every token
 * request.
 * @param clientAuthenticationMethod How the client proves itself to the token endpoint.
 * @param authorizationGrantType Grant type: 'client_credentials' or an extension grant
 * that needs no user.
 * @param basicEncoding Whether the credentials of 'client_secret_basic' are form-encoded,
 * as RFC 6749 wants it.
 * @param requestFormat How the parameters of the token request are sent.
 * @param assertion Assertion that is signed with a key, or ready-made.
 * @param scope Scopes to ask for.
 * @param scopeDelimiter What stands between two scopes.
 * @param audience Audiences the token is for, sent as (repeated) 'audience' parameters.
 * @param resource Resource indicators (RFC 8707), sent as (repeated) 'resource'
 * parameters.
 * @param parameters Further parameters of the token request.
 * @param headers Further headers of the token request.
 * @param baseUrl Base URL of the clients made for this registration; the token may go to
 * its origin.
 * @param origins Further origins that may get the token; '*' for any.
 * @param api HTTP client of the API. Never inherited.
 * @param http HTTP client of the token endpoint.
 * @param response What may differ from the standard in answers of the token endpoint.
 * @param refresh When the token is replaced.
 * @param retry How often a token request is tried.
 * @param startup When the first token is fetched.
 * @param replayUnauthorized Whether a call that is answered with 401 is repeated once
 * with a new token.
 * @param requireToken Whether a call fails if no token can be had; otherwise it is sent
 * without one.
 * @param shareToken Whether the token is shared with other registrations that ask for
 * exactly the same.
 * @param allowInsecureHttp Whether http is allowed beyond loopback, where anybody on the
 * way can read credentials and tokens.
 * @param registration Further registrations by id. They inherit what they leave out,
 * except what belongs to one API or would take a secret to another server.
 * @param httpServiceGroup Registration id by HTTP service group, for groups whose name is
 * no registration id.
 */
@ConfigurationProperties(prefix = "oauth.client", ignoreUnknownFields = false)
@RegisterReflection(classes = { OAuthClientProperties.class, OAuthClientProperties.Http.class,
		OAuthClientProperties.Ssl.class, OAuthClientProperties.Proxy.class, OAuthClientProperties.Api.class,
		OAuthClientProperties.Assertion.class, OAuthClientProperties.Response.class,
		OAuthClientProperties.Members.class, OAuthClientProperties.Refresh.class, OAuthClientProperties.Retry.class },
		memberCategories = MemberCategory.INVOKE_PUBLIC_METHODS)
public record OAuthClientProperties(@Nullable Boolean enabled, @Nullable String tokenUri, @Nullable String issuerUri,
		@Nullable String metadataUri, @Nullable String clientId, @Nullable String clientSecret,
		@Nullable String clientSecretLocation, @Nullable String clientAuthenticationMethod,
		@Nullable String authorizationGrantType, @Nullable BasicEncoding basicEncoding, @Nullable Format requestFormat,
		@Nullable Assertion assertion, @Nullable List<String> scope, @Nullable String scopeDelimiter,
		@Nullable List<String> audience, @Nullable List<String> resource,
		@Nullable Map<String, List<String>> parameters, @Nullable Map<String, List<String>> headers,
		@Nullable String baseUrl, @Nullable List<String> origins, @Nullable Api api, @Nullable Http http,
		@Nullable Response response, @Nullable Refresh refresh, @Nullable Retry retry, @Nullable Startup startup,
		@Nullable Boolean replayUnauthorized, @Nullable Boolean requireToken, @Nullable Boolean shareToken,
		@Nullable Boolean allowInsecureHttp, @Nullable Map<String, OAuthClientProperties> registration,
		@Nullable Map<String, String> httpServiceGroup) {

	/**
	 * What a registration works with: its own keys, and of those it leaves out the ones
	 * that may be inherited. A secret never travels to another server by inheritance.
	 */
	OAuthClientProperties inheritFrom(OAuthClientProperties parent) {
		boolean sameServer = this.tokenUri == null && this.issuerUri == null && this.metadataUri == null;
		boolean sameClient = sameServer && this.clientId == null;
		OAuthClientProperties server = sameServer ? parent : this;
		OAuthClientProperties client = sameClient ? parent : this;
		OAuthClientProperties proof = (this.clientSecret == null && this.clientSecretLocation == null
				&& this.assertion == null) ? client : this;
		// Credentials that only the method of the parent uses are of no use.
		String method = this.clientAuthenticationMethod;
		boolean secret = proof == this || method == null || method.contains("secret");
		boolean assertion = proof == this || method == null || method.contains("jwt");
		return new OAuthClientProperties(null, server.tokenUri, server.issuerUri, server.metadataUri,
				or(this.clientId, client.clientId), secret ? proof.clientSecret : null,
				secret ? proof.clientSecretLocation : null, or(method, proof.clientAuthenticationMethod),
				or(this.authorizationGrantType, client.authorizationGrantType),
				or(this.basicEncoding, server.basicEncoding), or(this.requestFormat, server.requestFormat),
				assertion ? proof.assertion : null, this.scope, or(this.scopeDelimiter, server.scopeDelimiter),
				this.audience, this.resource, this.parameters, this.headers, this.baseUrl, this.origins, this.api,
				Http.EMPTY.orElse(this.http).orElse(parent.http),
				Response.EMPTY.orElse(this.response).orElse(parent.response),
				Refresh.EMPTY.orElse(this.refresh).orElse(parent.refresh),
				Retry.EMPTY.orElse(this.retry).orElse(parent.retry), or(this.startup, parent.startup),
				or(this.replayUnauthorized, parent.replayUnauthorized), or(this.requireToken, parent.requireToken),
				or(this.shareToken, parent.shareToken), this.allowInsecureHttp, null, null);
	}

	/**
	 * How far a key is written.
	 * @param key a key such as {@code http.proxy.host}; what follows the name of a map or
	 * list does not count
	 * @return the number of its parts that there are, from the first on
	 */
	int depth(String key) {
		int depth = 0;
		Object value = this;
		for (String part : key.split("\\.")) {
			value = (value instanceof Record node) ? member(node, part) : null;
			if (value == null) {
				break;
			}
			depth++;
		}
		return depth;
	}

	private static @Nullable Object member(Record node, String name) {
		for (RecordComponent component : node.getClass().getRecordComponents()) {
			if (DataObjectPropertyName.toDashedForm(component.getName()).equals(name)) {
				return ReflectionUtils.invokeMethod(component.getAccessor(), node);
			}
		}
		return null;
	}

	private static <T> @Nullable T or(@Nullable T own, @Nullable T inherited) {
		return (own != null) ? own : inherited;
	}

	@Override
	public String toString() {
		return "OAuthClientProperties[tokenUri=" + this.tokenUri + ", issuerUri=" + this.issuerUri + ", clientId="
				+ this.clientId + ", clientSecret=******, registration=" + this.registration + "]";
	}

	/**
	 * HTTP client of the API. What is left out is as for all HTTP clients of the
	 * application, 'spring.http.clients'.
	 *
	 * @param connectTimeout Time in which a connection must be made.
	 * @param readTimeout Time in which an answer must come.
	 * @param redirects Whether redirects are followed; only ever within the origin of the
	 * request.
	 * @param ssl TLS of the connection.
	 * @param proxy Proxy on the way.
	 * @param defaultHeader Headers of each call.
	 * @param tokenHeader Header that carries the token, with every client.
	 * @param tokenScheme What stands before the token; by default 'Bearer' in
	 * 'Authorization', and nothing in another header.
	 */
	public record Api(@Nullable Duration connectTimeout, @Nullable Duration readTimeout,
			@Nullable HttpRedirects redirects, @Nullable Ssl ssl, @Nullable Proxy proxy,
			@Nullable Map<String, List<String>> defaultHeader, @Nullable String tokenHeader,
			@Nullable String tokenScheme) {

		@Override
		public String toString() {
			return "Api[ssl=" + this.ssl + ", proxy=" + this.proxy + ", tokenHeader=" + this.tokenHeader + "]";
		}

	}

	/**
	 * HTTP client of the token endpoint.
	 *
	 * @param connectTimeout Time in which a connection must be made.
	 * @param readTimeout Time in which an answer must come.
	 * @param totalTimeout Deadline over all attempts of one fetch.
	 * @param maxResponseSize Largest answer that is read.
	 * @param ssl TLS of the connection.
	 * @param proxy Proxy on the way; all of its keys are inherited, or none.
	 */
	public record Http(@Nullable Duration connectTimeout, @Nullable Duration readTimeout,
			@Nullable Duration totalTimeout, @Nullable DataSize maxResponseSize, @Nullable Ssl ssl,
			@Nullable Proxy proxy) {

		static final Http EMPTY = new Http(null, null, null, null, null, null);

		Http orElse(@Nullable Http other) {
			return (other == null) ? this
					: new Http(or(this.connectTimeout, other.connectTimeout), or(this.readTimeout, other.readTimeout),
							or(this.totalTimeout, other.totalTimeout), or(this.maxResponseSize, other.maxResponseSize),
							or(this.ssl, other.ssl), or(this.proxy, other.proxy));
		}

	}

	/**
	 * TLS of the connection.
	 *
	 * @param bundle SSL bundle; when it is reloaded, new connections use it.
	 */
	public record Ssl(@Nullable String bundle) {

	}

	/**
	 * Proxy on the way to a server.
	 *
	 * @param host Host of the proxy.
	 * @param port Port of the proxy.
	 * @param username User name for the proxy.
	 * @param password Password for the proxy.
	 * @param nonProxyHosts Hosts that are reached directly; '*' stands for any
	 * characters.
	 */
	public record Proxy(@Nullable String host, @Nullable Integer port, @Nullable String username,
			@Nullable String password, @Nullable List<String> nonProxyHosts) {

		@Override
		public String toString() {
			return "Proxy[host=" + this.host + ", port=" + this.port + ", password=******]";
		}

	}

	/**
	 * Assertion that is signed with a key (RFC 7523), or ready-made.
	 *
	 * @param keyLocation File with the private key: PEM, JWK or JWK set. Read again for
	 * every token request.
	 * @param keyPassword Password of an encrypted key.
	 * @param keyId Id of the key: chooses it in a JWK set, and is sent as 'kid'.
	 * @param sslBundle SSL bundle whose key signs.
	 * @param location File with a ready-made assertion, such as a token of the platform.
	 * Read for every token request.
	 * @param algorithm Algorithm of the signature; from the key if not set.
	 * @param certificateLocation File with the certificate of the key, unless it is in
	 * the key's file.
	 * @param certificateThumbprint Whether the thumbprint of the certificate is sent as
	 * 'x5t#S256'.
	 * @param audience Audience: 'issuer', 'token-uri' or a value of its own. The issuer
	 * if it is known, otherwise the token URI.
	 * @param type Header 'typ'.
	 * @param lifetime How long an assertion is valid.
	 * @param claims Further claims; a blank value removes one of the usual.
	 */
	public record Assertion(@Nullable String keyLocation, @Nullable String keyPassword, @Nullable String keyId,
			@Nullable String sslBundle, @Nullable String location, @Nullable String algorithm,
			@Nullable String certificateLocation, @Nullable Boolean certificateThumbprint, @Nullable String audience,
			@Nullable String type, @Nullable Duration lifetime, @Nullable Map<String, String> claims) {

		static final Assertion EMPTY = new Assertion(null, null, null, null, null, null, null, null, null, null, null,
				null);

		@Override
		public String toString() {
			return "Assertion[keyLocation=" + this.keyLocation + ", sslBundle=" + this.sslBundle + ", location="
					+ this.location + "]";
		}

	}

	/**
	 * What may differ from the standard in answers of the token endpoint.
	 *
	 * @param defaultTokenType Type of a token whose answer names none.
	 * @param acceptedTokenTypes Token types that mean 'Bearer'.
	 * @param members Names of members, where the server has its own.
	 */
	public record Response(@Nullable String defaultTokenType, @Nullable List<String> acceptedTokenTypes,
			@Nullable Members members) {

		static final Response EMPTY = new Response(null, null, null);

		Response orElse(@Nullable Response other) {
			return (other == null) ? this : new Response(or(this.defaultTokenType, other.defaultTokenType),
					or(this.acceptedTokenTypes, other.acceptedTokenTypes), or(this.members, other.members));
		}

	}

	/**
	 * Names of members of an answer.
	 *
	 * @param accessToken Name of 'access_token'.
	 * @param tokenType Name of 'token_type'.
	 * @param expiresIn Name of 'expires_in'.
	 * @param scope Name of 'scope'.
	 */
	public record Members(@Nullable String accessToken, @Nullable String tokenType, @Nullable String expiresIn,
			@Nullable String scope) {

		static final Members EMPTY = new Members(null, null, null, null);

	}

	/**
	 * When the token is replaced.
	 *
	 * @param outageTolerance How long an outage of the authorization server a token in
	 * use should survive; sets how early it is replaced.
	 * @param margin How long before its end a token counts as expired; never more than a
	 * tenth of its lifetime.
	 * @param defaultLifetime Lifetime of a token whose answer has no usable 'expires_in'.
	 * @param maxLifetime Longest lifetime that is believed.
	 * @param keepWarm Whether the token is replaced ahead of time even when nobody used
	 * it.
	 */
	public record Refresh(@Nullable Duration outageTolerance, @Nullable Duration margin,
			@Nullable Duration defaultLifetime, @Nullable Duration maxLifetime, @Nullable Boolean keepWarm) {

		static final Refresh EMPTY = new Refresh(null, null, null, null, null);

		Refresh orElse(@Nullable Refresh other) {
			return (other == null) ? this
					: new Refresh(or(this.outageTolerance, other.outageTolerance), or(this.margin, other.margin),
							or(this.defaultLifetime, other.defaultLifetime), or(this.maxLifetime, other.maxLifetime),
							or(this.keepWarm, other.keepWarm));
		}

	}

	/**
	 * How often a token request is tried.
	 *
	 * @param maxAttempts Token requests of one fetch.
	 * @param backoff Pause before the second attempt; doubles with each further one.
	 * @param maxBackoff Longest pause between two attempts.
	 */
	public record Retry(@Nullable Integer maxAttempts, @Nullable Duration backoff, @Nullable Duration maxBackoff) {

		static final Retry EMPTY = new Retry(null, null, null);

		Retry orElse(@Nullable Retry other) {
			return (other == null) ? this : new Retry(or(this.maxAttempts, other.maxAttempts),
					or(this.backoff, other.backoff), or(this.maxBackoff, other.maxBackoff));
		}

	}

	/**
	 * How credentials are put into a header.
	 */
	public enum BasicEncoding {

		/** Form-encoded, as in RFC 6749 section 2.3.1. */
		FORM,

		/** As they are, for servers that do not decode them. */
		RAW

	}

	/**
	 * When the first token is fetched.
	 */
	public enum Startup {

		/** With the first call that needs it. */
		LAZY,

		/** In the background, when the application starts. */
		EAGER,

		/** When the application starts, which fails without it. */
		REQUIRED

	}

}
