/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.token.TokenSources;

import static io.github.outboundauth.test.CallAssert.assertThatCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for tokens without a server, in an application whose configuration lacks all that
 * a build machine lacks.
 */
@SpringBootTest(properties = "spring.config.name=shop")
@AutoConfigureTestTokens
@Import(RecordedCalls.class)
class TestTokensTests {

	@Autowired
	private TokenSources sources;

	@Autowired
	private RestClient restClient;

	@Autowired
	@Qualifier("billing")
	private RestClient billing;

	@Autowired
	private WebClient webClient;

	@Autowired
	@Qualifier("shipping")
	private WebClient shipping;

	@Autowired
	private StockService stockService;

	@Autowired
	private OAuth2AuthorizedClientManager clientManager;

	@Autowired
	private RecordedCalls calls;

	@BeforeEach
	void clear() {
		this.calls.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "default", "billing", "shipping" })
	void everyRegistrationHasATokenOfItsOwn(String id) {
		assertThat(this.sources.get(id).await().value()).isEqualTo("test-token-" + id).isEqualTo(TestTokens.of(id));
	}

	@Test
	void restClientSendsTheTokenOfItsRegistration() {
		this.restClient.get().uri("/stock").retrieve().toBodilessEntity();
		assertThatCall(this.calls.single()).carriesTokenOf("default");
	}

	@Test
	void namedRestClientSendsTheTokenOfItsRegistration() {
		this.billing.get().uri("/invoices").retrieve().toBodilessEntity();
		assertThatCall(this.calls.single()).carriesTokenOf("billing");
	}

	@Test
	void webClientSendsTheTokenOfItsRegistration() {
		this.webClient.get().uri("/stock").retrieve().toBodilessEntity().block();
		assertThatCall(this.calls.single()).carriesTokenOf("default");
	}

	@Test
	void namedWebClientSendsTheTokenOfItsRegistration() {
		this.shipping.get().uri("/parcels").retrieve().toBodilessEntity().block();
		assertThatCall(this.calls.single()).carriesTokenOf("shipping");
	}

	@Test
	void httpServiceSendsTheTokenOfItsGroup() {
		this.stockService.stock();
		assertThatCall(this.calls.single()).carriesTokenOf("default");
	}

	@Test
	void requestMayNameAnotherRegistration() {
		this.restClient.get()
			.uri("https://billing.example.com/invoices")
			.attributes(ClientAttributes.clientRegistrationId("billing"))
			.retrieve()
			.toBodilessEntity();
		assertThatCall(this.calls.single()).carriesTokenOf("billing");
	}

	@Test
	void managerOfSpringSecurityHasTheTokens() {
		OAuth2AuthorizedClient client = this.clientManager
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("billing").principal("test").build());
		assertThat(client).isNotNull();
		assertThat(client.getAccessToken().getTokenValue()).isEqualTo("test-token-billing");
	}

	@Test
	void tokensStayWithinTheirOrigins() {
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> this.billing.get().uri("https://evil.example.com").retrieve().toBodilessEntity())
			.withMessageContaining("oauth.client.registration.billing.origins: https://evil.example.com");
		assertThat(this.calls.count()).isZero();
	}

	@Test
	void callThatIsRefusedIsNotRepeatedBecauseThereIsNoOtherToken() {
		this.calls.answer(HttpStatus.UNAUTHORIZED);
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class)
				.isThrownBy(() -> this.restClient.get().uri("/stock").retrieve().toBodilessEntity());
		}
		assertThat(this.calls.count()).isEqualTo(10);
		assertThat(this.sources.get("default").await().value()).isEqualTo("test-token-default");
	}

}
