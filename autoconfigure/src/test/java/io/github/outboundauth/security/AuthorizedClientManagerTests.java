/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;

import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.token.RetryPolicy;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AuthorizedClientManagerTests {

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Timekeeper time = Timekeeper.system(this.scheduler);

	private final AtomicReference<TokenFetcher.Result> answer = new AtomicReference<>(
			new TokenFetcher.Response("token", Set.of("read"), Duration.ofMinutes(10), null, this.time.nanoTime()));

	private final TokenSources sources = new TokenSources(
			List.of(new TokenSources.Registration("billing", "https://idp.example.com/token", "client",
					this.answer::get, RefreshPolicy.DEFAULT, RetryPolicy.DEFAULT)),
			this.time, this.scheduler, List.of(), new TokenSources.Callers(TokenUnavailableException::new, () -> true));

	private final Map<String, ClientRegistration> registrations = Map.of("billing",
			ClientRegistration.withRegistrationId("billing")
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
				.tokenUri("https://idp.example.com/token")
				.clientId("orders")
				.build());

	private final TokenSourceAuthorizedClientManager manager = new TokenSourceAuthorizedClientManager(this.sources,
			this.registrations);

	private final TokenSourceReactiveAuthorizedClientManager reactive = new TokenSourceReactiveAuthorizedClientManager(
			this.sources, this.registrations);

	@AfterEach
	void close() {
		this.scheduler.shutdownNow();
	}

	private static OAuth2AuthorizeRequest request(String registrationId, String principal) {
		return OAuth2AuthorizeRequest.withClientRegistrationId(registrationId).principal(principal).build();
	}

	@Test
	void answersWithTheTokenOfTheSource() {
		OAuth2AuthorizedClient client = this.manager.authorize(request("billing", "alice"));
		assertThat(client.getPrincipalName()).isEqualTo("alice");
		assertThat(client.getClientRegistration().getRegistrationId()).isEqualTo("billing");
		assertThat(client.getAccessToken().getTokenValue()).isEqualTo("token");
		assertThat(client.getAccessToken().getScopes()).containsExactly("read");
		assertThat(Duration.between(client.getAccessToken().getIssuedAt(), client.getAccessToken().getExpiresAt()))
			.isEqualTo(Duration.ofMinutes(10));
	}

	@Test
	void answersTheSameReactively() {
		OAuth2AuthorizedClient client = this.reactive.authorize(request("billing", "bob")).block();
		assertThat(client.getPrincipalName()).isEqualTo("bob");
		assertThat(client.getAccessToken().getTokenValue())
			.isEqualTo(this.manager.authorize(request("billing", "carol")).getAccessToken().getTokenValue());
	}

	@Test
	void answersForAnAuthorizedClientToo() {
		OAuth2AuthorizedClient first = this.manager.authorize(request("billing", "alice"));
		OAuth2AuthorizeRequest again = OAuth2AuthorizeRequest.withAuthorizedClient(first).principal("alice").build();
		assertThat(this.manager.authorize(again).getAccessToken().getTokenValue()).isEqualTo("token");
	}

	@Test
	void refusesAnUnknownRegistration() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.manager.authorize(request("crm", "alice")))
			.withMessageContaining("Known: [billing]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.reactive.authorize(request("crm", "alice")).block())
			.withMessageContaining("Known: [billing]");
	}

	@Test
	void failsWithAnExceptionThatSpringSecurityKnows() {
		this.answer.set(new TokenFailure("billing", Kind.LASTING, "the token request was refused", "Check the secret",
				"https://idp.example.com/token", 401, "invalid_client", null));
		assertThatExceptionOfType(TokenUnavailableException.class)
			.isThrownBy(() -> this.manager.authorize(request("billing", "alice")))
			.isInstanceOf(OAuth2AuthorizationException.class)
			.withNoCause()
			.satisfies((ex) -> {
				assertThat(ex.getError().getErrorCode()).isEqualTo("invalid_client");
				assertThat(ex.getClientRegistrationId()).isEqualTo("billing");
				assertThat(ex.failure().status()).isEqualTo(401);
				assertThat(ex.nextAttempt()).isNotNull();
			});
		assertThatExceptionOfType(TokenUnavailableException.class)
			.isThrownBy(() -> this.reactive.authorize(request("billing", "alice")).block());
	}

}
