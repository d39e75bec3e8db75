/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.io.IOException;
import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.util.LinkedMultiValueMap;

import io.github.outboundauth.conformance.Scenario.Given;
import io.github.outboundauth.conformance.ScriptedAnswers.Numbered;
import io.github.outboundauth.endpoint.EndpointTokenFetcher;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenSources.Registration;

/**
 * The registrations of a scenario. Their token requests are those of an application, up
 * to the HTTP client, which asks an authorization server in memory.
 */
final class Registrations {

	private static final String TOKEN_URI = "https://idp.example.com/token";

	private static final String CLIENT_ID = "client";

	private final Given given;

	private final ScriptedAnswers<TokenAnswer> authorizationServer;

	private final Timekeeper time;

	Registrations(Given given, ScriptedAnswers<TokenAnswer> authorizationServer, Timekeeper time) {
		this.given = given;
		this.authorizationServer = authorizationServer;
		this.time = time;
	}

	List<Registration> all() {
		return this.given.registrations().stream().map(this::registration).toList();
	}

	private Registration registration(String id) {
		ClientRegistration client = ClientRegistration.withRegistrationId(id)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri(TOKEN_URI)
			.clientId(CLIENT_ID)
			.clientSecret("canary")
			.build();
		TokenRequest request = new TokenRequest(client, new LinkedMultiValueMap<>(), new HttpHeaders());
		EndpointTokenFetcher fetcher = new EndpointTokenFetcher(() -> request,
				(uri, method) -> new Request(method, uri), ResponseRules.standard(64 * 1024), this.time);
		return new Registration(id, TOKEN_URI, CLIENT_ID, fetcher, refresh(this.given.refresh()),
				retry(this.given.http()));
	}

	private static RefreshPolicy refresh(Scenario.Refresh given) {
		RefreshPolicy usual = RefreshPolicy.DEFAULT;
		return new RefreshPolicy(or(given.outageTolerance(), usual.outageTolerance()), usual.margin(),
				or(given.defaultLifetime(), usual.defaultLifetime()), or(given.maxLifetime(), usual.maxLifetime()),
				given.keepWarm());
	}

	private static RetryPolicy retry(Scenario.Http given) {
		RetryPolicy usual = RetryPolicy.DEFAULT;
		return new RetryPolicy(usual.maxAttempts(), usual.backoff(), usual.maxBackoff(),
				or(given.totalTimeout(), usual.totalTimeout()));
	}

	private static <T> T or(@Nullable T given, T usual) {
		return (given != null) ? given : usual;
	}

	/**
	 * A token request that the authorization server answers. Like many real ones, it does
	 * not heed an interrupt.
	 */
	private final class Request extends MockClientHttpRequest {

		Request(HttpMethod method, URI url) {
			super(method, url);
		}

		@Override
		protected ClientHttpResponse executeInternal() throws IOException {
			Numbered<TokenAnswer> numbered = Registrations.this.authorizationServer.request().join();
			return numbered.answer().toResponse(numbered.number());
		}

	}

}
