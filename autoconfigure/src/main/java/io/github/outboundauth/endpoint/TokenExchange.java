/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.DefaultOAuth2TokenRequestHeadersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.DefaultUriBuilderFactory.EncodingMode;

import io.github.outboundauth.endpoint.RequestStyle.Format;
import io.github.outboundauth.endpoint.answer.BodyReader;
import io.github.outboundauth.endpoint.answer.TokenResponseReader;
import io.github.outboundauth.token.TokenFetcher;

/**
 * One token request over HTTP, through Spring Security's token response client.
 */
final class TokenExchange {

	/** URLs are configured or published, and sent as they are. */
	private static final DefaultUriBuilderFactory URIS = new DefaultUriBuilderFactory();

	static {
		URIS.setEncodingMode(EncodingMode.NONE);
	}

	private final TokenRequest request;

	private final RestClientClientCredentialsTokenResponseClient client = new RestClientClientCredentialsTokenResponseClient();

	/**
	 * Plan an exchange.
	 * @param request what is sent
	 * @param requestFactory the HTTP client
	 * @param bodies reads the body of the answer
	 * @param answers reads the answer
	 */
	TokenExchange(TokenRequest request, ClientHttpRequestFactory requestFactory, BodyReader bodies,
			TokenResponseReader answers) {
		this.request = request;
		this.client.setRestClient(RestClient.builder()
			.requestFactory(requestFactory)
			.uriBuilderFactory(URIS)
			.defaultRequest((spec) -> spec.attribute(TokenFetcher.REQUEST, request.client().getRegistrationId()))
			.requestInterceptor(bodies)
			.requestInterceptors((interceptors) -> {
				if (request.style().format() == Format.QUERY) {
					interceptors.add(inQuery());
				}
			})
			.configureMessageConverters((converters) -> converters.addCustomConverter(new JsonParametersWriter())
				.addCustomConverter(new FormHttpMessageConverter())
				.addCustomConverter(answers))
			.defaultStatusHandler((status) -> true, (httpRequest, response) -> answers.check(response))
			.build());
		this.client.addParametersConverter((grantRequest) -> request.parameters());
		this.client.setParametersCustomizer(this::customize);
		this.client.setHeadersConverter((grantRequest) -> headers());
	}

	OAuth2AccessTokenResponse send() {
		return this.client.getTokenResponse(new OAuth2ClientCredentialsGrantRequest(this.request.client()));
	}

	private void customize(MultiValueMap<String, String> parameters) {
		RequestStyle style = this.request.style();
		ClientRegistration client = this.request.client();
		parameters.set(OAuth2ParameterNames.GRANT_TYPE, style.grantType());
		if (!client.getScopes().isEmpty()) {
			parameters.set(OAuth2ParameterNames.SCOPE, String.join(style.scopeDelimiter(), client.getScopes()));
		}
		if (style.grantType().equals(RequestStyle.JWT_BEARER)
				&& client.getClientAuthenticationMethod().equals(ClientAuthenticationMethod.NONE)) {
			// The assertion says who asks.
			parameters.remove(OAuth2ParameterNames.CLIENT_ID);
		}
		// RestClient prints the body it writes when DEBUG is on.
		parameters.replaceAll((name, values) -> new Unprintable(values));
	}

	private HttpHeaders headers() {
		RequestStyle style = this.request.style();
		ClientRegistration client = this.request.client();
		DefaultOAuth2TokenRequestHeadersConverter<OAuth2ClientCredentialsGrantRequest> converter = new DefaultOAuth2TokenRequestHeadersConverter<>();
		HttpHeaders headers = converter.convert(new OAuth2ClientCredentialsGrantRequest(client));
		if (style.rawBasic()
				&& client.getClientAuthenticationMethod().equals(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)) {
			// Encoded credentials are ASCII; these need a charset (RFC 7617 section 2.1).
			headers.setBasicAuth(client.getClientId(), client.getClientSecret(), StandardCharsets.UTF_8);
		}
		if (style.format() == Format.JSON) {
			headers.setContentType(MediaType.APPLICATION_JSON);
		}
		headers.putAll(this.request.headers());
		return headers;
	}

	/**
	 * Moves the form from the body to the URL.
	 */
	private static ClientHttpRequestInterceptor inQuery() {
		return (request, body, execution) -> {
			String uri = request.getURI().toString();
			URI target = URI.create(uri + (uri.contains("?") ? "&" : "?") + new String(body));
			request.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
			HttpRequest moved = new HttpRequestWrapper(request) {

				@Override
				public URI getURI() {
					return target;
				}

			};
			return execution.execute(moved, new byte[0]);
		};
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
