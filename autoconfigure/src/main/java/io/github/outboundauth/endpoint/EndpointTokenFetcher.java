/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.DefaultOAuth2TokenRequestHeadersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.endpoint.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Fetches tokens with the client credentials grant through Spring Security's token
 * response client. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 section
 * 4.4</a>
 */
public final class EndpointTokenFetcher implements TokenFetcher {

	/** No server means a longer lifetime. */
	private static final Duration LONG = Duration.ofDays(100);

	private final OAuth2ClientCredentialsGrantRequest grantRequest;

	private final RestClientClientCredentialsTokenResponseClient client;

	private final TransportFailures failures;

	private final Timekeeper time;

	/**
	 * Create a fetcher.
	 * @param request what is sent
	 * @param requestFactory the HTTP client, which has timeouts and follows no redirects
	 * @param maxResponseSize the largest answer that is read, in bytes
	 * @param time decides when something happens
	 */
	public EndpointTokenFetcher(TokenRequest request, ClientHttpRequestFactory requestFactory, int maxResponseSize,
			Timekeeper time) {
		this.grantRequest = new OAuth2ClientCredentialsGrantRequest(request.client());
		TokenEndpointFailures failures = new TokenEndpointFailures(request);
		this.failures = new TransportFailures(failures);
		this.client = client(request, requestFactory, new BodyReader(failures, maxResponseSize),
				new TokenResponseReader(failures, new Refusals(request.client(), failures, time)));
		this.time = time;
	}

	private static RestClientClientCredentialsTokenResponseClient client(TokenRequest request,
			ClientHttpRequestFactory requestFactory, BodyReader bodies, TokenResponseReader answers) {
		RestClientClientCredentialsTokenResponseClient client = new RestClientClientCredentialsTokenResponseClient();
		client.setRestClient(RestClient.builder()
			.requestFactory(requestFactory)
			.defaultRequest((spec) -> spec.attribute(REQUEST, request.client().getRegistrationId()))
			.requestInterceptor(bodies)
			.configureMessageConverters((converters) -> converters.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(answers))
			.defaultStatusHandler((status) -> true, (httpRequest, response) -> answers.check(response))
			.build());
		client.addParametersConverter((grantRequest) -> request.parameters());
		DefaultOAuth2TokenRequestHeadersConverter<OAuth2ClientCredentialsGrantRequest> defaultHeaders = new DefaultOAuth2TokenRequestHeadersConverter<>();
		client.setHeadersConverter((grantRequest) -> {
			HttpHeaders headers = defaultHeaders.convert(grantRequest);
			headers.putAll(request.headers());
			return headers;
		});
		// RestClient prints the body it writes when DEBUG is on.
		client
			.setParametersCustomizer((parameters) -> parameters.replaceAll((name, values) -> new Unprintable(values)));
		return client;
	}

	@Override
	public Result fetch() {
		long requestedAt = this.time.nanoTime();
		try {
			OAuth2AccessTokenResponse response = this.client.getTokenResponse(this.grantRequest);
			Set<String> granted = response.getAccessToken().getScopes();
			Duration expiresIn = TokenResponseReader.seconds(member(response, "expires_in"));
			return new Response(response.getAccessToken().getTokenValue(), granted, expiresIn,
					TokenResponseReader.seconds(member(response, "refresh_in")), requestedAt,
					remarks(granted, expiresIn));
		}
		catch (TokenEndpointException ex) {
			return ex.failure();
		}
		catch (OAuth2AuthorizationException ex) {
			return this.failures.of(ex);
		}
		catch (RuntimeException ex) {
			// Some HTTP clients do not wrap what they make of an answer that is not HTTP.
			if (TransportFailures.isOne(ex)) {
				return this.failures.of(ex);
			}
			throw ex;
		}
	}

	private List<String> remarks(Set<String> granted, @Nullable Duration expiresIn) {
		List<String> remarks = new ArrayList<>();
		if (expiresIn == null) {
			remarks.add("the response has no usable expires_in, so refresh.default-lifetime is assumed");
		}
		else if (expiresIn.compareTo(LONG) > 0) {
			remarks.add("expires_in is " + expiresIn.toSeconds() + ", as if it were milliseconds");
		}
		Set<String> lacking = new LinkedHashSet<>(this.grantRequest.getClientRegistration().getScopes());
		lacking.removeAll(granted);
		if (!granted.isEmpty() && !lacking.isEmpty()) {
			remarks.add("the token lacks scopes that were asked for: " + lacking);
		}
		return remarks;
	}

	private static @Nullable Object member(OAuth2AccessTokenResponse response, String name) {
		Map<String, Object> members = response.getAdditionalParameters();
		return members.get(name);
	}

	/**
	 * Values that can be sent but not printed.
	 */
	private static final class Unprintable extends AbstractList<String> {

		private final List<String> values;

		Unprintable(List<String> values) {
			this.values = List.copyOf(values);
		}

		@Override
		public String get(int index) {
			return this.values.get(index);
		}

		@Override
		public int size() {
			return this.values.size();
		}

		@Override
		public String toString() {
			return "******";
		}

	}

}
