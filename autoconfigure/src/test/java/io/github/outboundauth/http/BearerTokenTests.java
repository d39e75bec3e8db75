/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;

import io.github.outboundauth.http.BearerPolicy.TokenHeader;
import io.github.outboundauth.http.BearerSurface.Call;
import io.github.outboundauth.http.BearerTokens.NoRegistrationException;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSources.UnknownRegistrationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What filter, interceptor and request factory do alike.
 */
@ParameterizedClass
@EnumSource
class BearerTokenTests {

	@Parameter
	private BearerSurface surface;

	private final BearerFixture fixture = new BearerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	private Function<Call, ResponseEntity<String>> client(String registrationId) {
		return this.surface.client(this.fixture.tokens(true, true), registrationId);
	}

	private Call get() {
		return Call.get(this.fixture.api.url("/x"));
	}

	@Test
	void attachesTheTokenOfItsRegistration() {
		Function<Call, ResponseEntity<String>> client = client("billing");
		client.apply(get());
		client.apply(Call.post(this.fixture.api.url("/x"), "payload"));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
		assertThat(this.fixture.api.requests().get(1).body()).isEqualTo("payload");
	}

	@Test
	void attachesTheTokenOfTheRegistrationThatTheRequestNames() {
		client("billing").apply(get().naming("crm"));
		client(null).apply(get().naming("crm"));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-crm-1", "Bearer canary-crm-2");
	}

	@Test
	void respectsTheHeaderOfTheCaller() {
		client("billing").apply(get().withHeader("Authorization", "Basic abc"));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Basic abc");
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@ParameterizedTest
	@CsvSource({ "X-Token, '', canary-billing-1", "X-Token, Custom, Custom canary-billing-1",
			"X-Token, Bearer, Bearer canary-billing-1", "authorization, Custom, Custom canary-billing-1",
			"Authorization, '', canary-billing-1" })
	void attachesTheTokenInTheWayOfTheApi(String name, String scheme, String value) {
		Function<Call, ResponseEntity<String>> client = client(name, scheme);
		client.apply(get());
		assertThat(this.fixture.api.requests()).singleElement().satisfies((request) -> {
			assertThat(request.headers().get(name)).containsExactly(value);
			assertThat(request.headers().containsKey("Authorization"))
				.isEqualTo(name.equalsIgnoreCase("Authorization"));
		});
	}

	@Test
	void respectsWhatTheCallerPutsIntoTheHeaderOfTheApi() {
		Function<Call, ResponseEntity<String>> client = client("X-Token", "");
		client.apply(get().withHeader("x-token", "own"));
		client.apply(Call.get(this.fixture.foreign.url("/x")).withHeader("X-Token", "own"));
		assertThat(this.fixture.api.requests().get(0).headers().get("X-Token")).containsExactly("own");
		assertThat(this.fixture.foreign.requests()).hasSize(1);
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void attachesTheTokenBesideWhatElseTheCallerPutsIntoAuthorization() {
		Function<Call, ResponseEntity<String>> client = client("X-Token", "");
		client.apply(get().withHeader("Authorization", "Basic abc"));
		client.apply(get().withHeader("Authorization", "Basic abc").naming("crm"));
		assertThat(this.fixture.api.requests()).extracting((request) -> request.headers().get("X-Token"))
			.containsExactly(List.of("canary-billing-1"), List.of("canary-crm-2"));
		assertThat(this.fixture.tokensSeenByApi()).containsOnly("Basic abc");
	}

	private Function<Call, ResponseEntity<String>> client(String header, String scheme) {
		return this.surface.client(
				this.fixture
					.tokens(new BearerPolicy(this.fixture.origins(), true, true, new TokenHeader(header, scheme))),
				"billing");
	}

	@Test
	void refusesAForeignOriginBeforeAnythingIsSent() {
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> client("billing").apply(Call.get(this.fixture.foreign.url("/x"))))
			.withMessage(
					"OAuth2 client 'billing': the request to %s is outside the origins that may get its token [%s]. "
							+ "Add the line 'oauth.client.registration.billing.origins: %s' if it should get the token.",
					this.fixture.foreign.url(""), this.fixture.api.url(""), this.fixture.foreign.url(""));
		assertThat(this.fixture.foreign.requests()).isEmpty();
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void refusesAnUnknownRegistration() {
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> client("biling"))
			.withMessageContaining("No OAuth2 client 'biling' is configured. Known: [billing, crm].");
		assertThatExceptionOfType(UnknownRegistrationException.class)
			.isThrownBy(() -> client(null).apply(get().naming("other")));
	}

	@Test
	void refusesARequestThatNamesNoRegistrationIfItHasNoneItself() {
		assertThatExceptionOfType(NoRegistrationException.class).isThrownBy(() -> client(null).apply(get()))
			.withMessageContaining("The request names no OAuth2 client")
			.withMessageContaining("billing");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void leavesTheTokenAloneWhenItsScopeIsInsufficient() {
		this.fixture.api.script((request, socket) -> Script.send(socket, 401,
				"WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\n", ""));
		assertThatTheTokenIsUsedAgain();
	}

	@Test
	void leavesTheTokenAloneAfterA403() {
		this.fixture.api.script(Script.json(403, "{}"));
		assertThatTheTokenIsUsedAgain();
	}

	private void assertThatTheTokenIsUsedAgain() {
		Function<Call, ResponseEntity<String>> client = client("billing");
		client.apply(get());
		client.apply(get());
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void failsWithoutACallIfNoTokenCanBeHad() {
		this.fixture.authorizationServerDown = true;
		assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> client("billing").apply(get()))
			.isInstanceOf(OAuth2AuthorizationException.class)
			.withMessageStartingWith(
					"OAuth2 client 'billing': the token request was refused. Check the credentials. [next-attempt=");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void sendsTheCallWithoutATokenIfThatIsAllowed() {
		this.fixture.authorizationServerDown = true;
		this.surface.client(this.fixture.tokens(true, false), "billing").apply(get());
		assertThat(this.fixture.tokensSeenByApi()).containsOnlyNulls().hasSize(1);
	}

	@Test
	void saysWhatIsWrongWithAUrlOfAnAllowedOrigin() {
		String origin = this.fixture.api.url("");
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> client("billing").apply(Call.get(origin.replace("//", "//user@") + "/x")))
			.withMessage("OAuth2 client 'billing': the request to %s has user info in its URL. "
					+ "Leave it out: the token takes its place.", origin);
	}

	@Test
	void saysThatATokenForAnyOriginIsNotSentInClearText() {
		BearerTokens tokens = this.fixture.tokens(new BearerPolicy(AllowedOrigins.any(false), true, true));
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> this.surface.client(tokens, "billing").apply(Call.get("http://api.example.com/x")))
			.withMessage("OAuth2 client 'billing': the request to http://api.example.com would send its token in clear "
					+ "text. Use https, or set oauth.client.registration.billing.allow-insecure-http if that is meant.");
	}

}
