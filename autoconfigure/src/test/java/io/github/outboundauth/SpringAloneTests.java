/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.client.web.reactive.function.client.ServletOAuth2AuthorizedClientExchangeFilterFunction;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.Callers;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What Spring Security does without this library. The README says so; when an upgrade
 * changes it, one of these tests fails and the README has to follow.
 */
class SpringAloneTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("token-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final InMemoryClientRegistrationRepository registrations = new InMemoryClientRegistrationRepository(
			ClientRegistration.withRegistrationId("orders")
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
				.tokenUri(this.tokenEndpoint.url("/token"))
				.clientId("orders")
				.clientSecret("s3cret")
				.build());

	private final AuthorizedClientServiceOAuth2AuthorizedClientManager manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
			this.registrations, new InMemoryOAuth2AuthorizedClientService(this.registrations));

	private final RestClient restClient = restClient();

	private RestClient restClient() {
		OAuth2ClientHttpRequestInterceptor interceptor = new OAuth2ClientHttpRequestInterceptor(this.manager);
		interceptor.setClientRegistrationIdResolver((request) -> "orders");
		return RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory())
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.requestInterceptor(interceptor)
			.build();
	}

	private HttpStatus call(ScriptedServer server) {
		return HttpStatus
			.valueOf(this.restClient.get().uri(server.url("/x")).retrieve().toBodilessEntity().getStatusCode().value());
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@Test
	void everyColdCallerMakesATokenRequest() throws Exception {
		CountDownLatch allAsked = new CountDownLatch(200);
		this.tokenEndpoint.script((request, socket) -> {
			allAsked.countDown();
			allAsked.await();
			Script.tokens("token-", 3600).answer(request, socket);
		});
		Callers callers = new Callers(200, (number) -> call(this.api));
		callers.callAllAtOnce();
		assertThat(callers.failures()).isEmpty();
		assertThat(this.tokenEndpoint.requests()).hasSize(200);
	}

	@Test
	void aWebClientOutsideOfAServletRequestSendsNoToken() {
		ServletOAuth2AuthorizedClientExchangeFilterFunction filter = new ServletOAuth2AuthorizedClientExchangeFilterFunction(
				this.manager);
		filter.setDefaultClientRegistrationId("orders");
		WebClient.builder()
			.apply(filter.oauth2Configuration())
			.build()
			.get()
			.uri(this.api.url("/x"))
			.retrieve()
			.toBodilessEntity()
			.block();
		assertThat(this.api.requests()).singleElement()
			.satisfies((request) -> assertThat(request.header("Authorization")).isNull());
	}

	@Test
	void aTokenWithoutALifetimeCostsARequestPerCall() {
		this.tokenEndpoint.script(Script.json(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"));
		for (int i = 0; i < 3; i++) {
			call(this.api);
		}
		assertThat(this.tokenEndpoint.requests()).hasSize(3);
	}

	@Test
	void aTokenInItsLastMinuteIsNotUsedWhenTheAuthorizationServerIsDown() {
		this.tokenEndpoint.script(Script.tokens("token-", 59));
		call(this.api);
		this.tokenEndpoint.script((request, socket) -> socket.close());
		assertThatExceptionOfType(OAuth2AuthorizationException.class).isThrownBy(() -> call(this.api));
	}

	@Test
	void aRevokedTokenIsSentAgainAndAgain() {
		this.api.script(Script.json(401, "{}"));
		assertThat(List.of(call(this.api), call(this.api))).containsOnly(HttpStatus.UNAUTHORIZED);
		assertThat(this.api.requests()).extracting((request) -> request.header("Authorization"))
			.containsExactly("Bearer token-1", "Bearer token-1");
	}

	@Test
	void aForeignOriginGetsTheToken() {
		try (ScriptedServer foreign = new ScriptedServer(Script.json(200, "{}"))) {
			call(foreign);
			assertThat(foreign.requests()).singleElement()
				.satisfies((request) -> assertThat(request.header("Authorization")).isEqualTo("Bearer token-1"));
		}
	}

	/**
	 * Spring Boot makes this call for each {@code issuer-uri} when the application
	 * starts.
	 */
	@Test
	void anIssuerThatIsDownMakesNoRegistration() {
		this.tokenEndpoint.script((request, socket) -> socket.close());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ClientRegistrations.fromIssuerLocation(this.tokenEndpoint.url("")))
			.withMessageContaining("Unable to resolve Configuration with the provided Issuer");
	}

}
