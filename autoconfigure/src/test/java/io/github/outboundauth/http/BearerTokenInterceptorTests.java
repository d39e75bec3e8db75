/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import io.github.outboundauth.http.BearerPolicy.TokenHeader;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BearerTokenInterceptorTests {

	private final BearerFixture fixture = new BearerFixture();

	private final BearerTokenInterceptor interceptor = new BearerTokenInterceptor(this.fixture.tokens(true, true));

	@AfterEach
	void close() {
		this.fixture.close();
	}

	private RestClient client(BearerTokenInterceptor interceptor) {
		return RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory())
			.baseUrl(this.fixture.api.url(""))
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.requestInterceptor(interceptor)
			.build();
	}

	private ResponseEntity<String> get(RestClient client) {
		return client.get().uri("/x").retrieve().toEntity(String.class);
	}

	@Test
	void attachesTokensForOneMoreOrigin() {
		get(client(this.interceptor.allowing(Map.of("billing", URI.create(this.fixture.foreign.url("/v1"))))
			.forRegistration("billing")).mutate().baseUrl(this.fixture.foreign.url("")).build());
		assertThat(this.fixture.foreign.requests()).singleElement()
			.extracting((request) -> request.header("Authorization"))
			.isEqualTo("Bearer canary-billing-1");
	}

	@Test
	void refusesOneMoreOriginForAnUnknownRegistration() {
		Map<String, URI> urls = Map.of("biling", URI.create("https://api.example.com"));
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> this.interceptor.allowing(urls))
			.withMessageContaining("No OAuth2 client 'biling' is configured. Known: [billing, crm].");
	}

	@Test
	void attachesTokensForRestTemplate() {
		RestTemplate template = new RestTemplate(new JdkClientHttpRequestFactory());
		template.setInterceptors(List.of(this.interceptor.forRegistration("billing")));
		template.getForObject(this.fixture.api.url("/x"), String.class);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1");
	}

	@Test
	void sendsNothingWithoutATokenForACallerThatWasInterrupted() {
		this.fixture.holdFetches();
		RestClient client = client(
				new BearerTokenInterceptor(this.fixture.tokens(true, false)).forRegistration("billing"));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> get(client))
			.withMessageContaining("the caller was interrupted");
		assertThat(Thread.interrupted()).isTrue();
		this.fixture.releaseFetches();
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void startsFromScratchForAnInterceptorThatRetries() {
		RestClient client = client(this.interceptor.forRegistration("billing")).mutate()
			.requestInterceptors((interceptors) -> interceptors.add(0, (request, body, execution) -> {
				execution.execute(request, body).close();
				return execution.execute(request, body);
			}))
			.build();
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		this.fixture.apiAccepts("canary-billing-3");
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
	}

	@Test
	void leavesNoTokenInTheHeadersOfTheRequest() {
		BearerTokens tokens = this.fixture
			.tokens(new BearerPolicy(this.fixture.origins(), true, true, new TokenHeader("X-Token", "")));
		for (BearerTokenInterceptor interceptor : List.of(this.interceptor, new BearerTokenInterceptor(tokens))) {
			HttpHeaders left = client(interceptor.forRegistration("billing")).get()
				.uri("/x")
				.header("X-Own", "1")
				.exchange((request, response) -> request.getHeaders());
			assertThat(left.headerNames()).contains("X-Own").doesNotContain("Authorization", "X-Token");
		}
		assertThat(this.fixture.fetches).hasValue(2);
	}

	@Test
	void saysWhatToDoAboutARequestWithoutAHost() {
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> RestClient.builder()
				.requestInterceptor(this.interceptor.forRegistration("billing"))
				.build()
				.get()
				.uri("/x")
				.retrieve()
				.toBodilessEntity())
			.withMessage("OAuth2 client 'billing': the request has no host. "
					+ "Set oauth.client.registration.billing.base-url, or call an absolute URL.");
	}

}
