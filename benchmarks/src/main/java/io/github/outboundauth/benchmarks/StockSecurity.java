/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.benchmarks;

import java.lang.reflect.Proxy;
import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.InMemoryReactiveOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.client.web.reactive.function.client.ServerOAuth2AuthorizedClientExchangeFilterFunction;
import org.springframework.security.oauth2.client.web.reactive.function.client.ServletOAuth2AuthorizedClientExchangeFilterFunction;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * The same token as Spring Security keeps it, with the managers it documents for calls
 * with client credentials.
 */
final class StockSecurity {

	private static final Authentication PRINCIPAL = new AnonymousAuthenticationToken("anonymous", "anonymousUser",
			AuthorityUtils.createAuthorityList("ROLE_USER"));

	private static final ClientRegistration REGISTRATION = ClientRegistration.withRegistrationId(CachedToken.ID)
		.clientId("orders")
		.clientSecret("secret")
		.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
		.tokenUri("https://idp.example.com/oauth2/token")
		.build();

	private StockSecurity() {
	}

	static ServerOAuth2AuthorizedClientExchangeFilterFunction reactiveFilter() {
		var registrations = new InMemoryReactiveClientRegistrationRepository(REGISTRATION);
		var clients = new InMemoryReactiveOAuth2AuthorizedClientService(registrations);
		clients.saveAuthorizedClient(authorizedClient(), PRINCIPAL).block();
		var filter = new ServerOAuth2AuthorizedClientExchangeFilterFunction(
				new AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager(registrations, clients));
		filter.setDefaultClientRegistrationId(CachedToken.ID);
		return filter;
	}

	static ServletOAuth2AuthorizedClientExchangeFilterFunction servletFilter() {
		var filter = new ServletOAuth2AuthorizedClientExchangeFilterFunction(manager());
		filter.setDefaultClientRegistrationId(CachedToken.ID);
		return filter;
	}

	/**
	 * What the servlet filter finds on a request made while a servlet request is served.
	 * Without it the filter sends no token.
	 */
	static ClientRequest onServletRequest(ClientRequest request) {
		return ClientRequest.from(request)
			.attributes(ServletOAuth2AuthorizedClientExchangeFilterFunction.authentication(PRINCIPAL))
			.attributes(ServletOAuth2AuthorizedClientExchangeFilterFunction
				.httpServletRequest(untouched(HttpServletRequest.class)))
			.attributes(ServletOAuth2AuthorizedClientExchangeFilterFunction
				.httpServletResponse(untouched(HttpServletResponse.class)))
			.build();
	}

	static OAuth2ClientHttpRequestInterceptor interceptor() {
		var interceptor = new OAuth2ClientHttpRequestInterceptor(manager());
		interceptor.setClientRegistrationIdResolver((request) -> CachedToken.ID);
		return interceptor;
	}

	private static AuthorizedClientServiceOAuth2AuthorizedClientManager manager() {
		var registrations = new InMemoryClientRegistrationRepository(REGISTRATION);
		var clients = new InMemoryOAuth2AuthorizedClientService(registrations);
		clients.saveAuthorizedClient(authorizedClient(), PRINCIPAL);
		return new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, clients);
	}

	private static OAuth2AuthorizedClient authorizedClient() {
		Instant now = Instant.now();
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, CachedToken.VALUE, now,
				now.plus(CachedToken.LIFETIME));
		return new OAuth2AuthorizedClient(REGISTRATION, PRINCIPAL.getName(), token);
	}

	private static <T> T untouched(Class<T> type) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				throw new UnsupportedOperationException(method.getName());
			}));
	}

}
