/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import io.github.outboundauth.http.BearerTokens.NoRegistrationException;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ScriptedServer.Script;
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
	void attachesTheTokenOfItsRegistration() {
		RestClient client = client(this.interceptor.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void attachesTheTokenOfTheRegistrationThatTheRequestNames() {
		client(this.interceptor.forRegistration("billing")).get()
			.uri("/x")
			.attributes(ClientAttributes.clientRegistrationId("crm"))
			.retrieve()
			.toBodilessEntity();
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-crm-1");
	}

	@Test
	void attachesTokensForRestTemplate() {
		RestTemplate template = new RestTemplate(new JdkClientHttpRequestFactory());
		template.setInterceptors(List.of(this.interceptor.forRegistration("billing")));
		template.getForObject(this.fixture.api.url("/x"), String.class);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1");
	}

	@Test
	void respectsTheHeaderOfTheCaller() {
		client(this.interceptor.forRegistration("billing")).get()
			.uri("/x")
			.header("Authorization", "Basic abc")
			.retrieve()
			.toBodilessEntity();
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Basic abc");
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void refusesAForeignOriginBeforeAnythingIsSent() {
		RestClient client = client(this.interceptor.forRegistration("billing"));
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> client.get().uri(this.fixture.foreign.url("/x")).retrieve().toBodilessEntity())
			.withMessage(
					"OAuth2 client 'billing': the request to %s is outside the origins that may get its token [%s]. "
							+ "Add the line 'oauth.client.registration.billing.origins: %s' if it should get the token.",
					this.fixture.foreign.url(""), this.fixture.api.url(""), this.fixture.foreign.url(""));
		assertThat(this.fixture.foreign.requests()).isEmpty();
		assertThat(this.fixture.fetches).hasValue(0);
	}

	@Test
	void saysWhatIsWrongWithAUrlOfAnAllowedOrigin() {
		RestClient client = client(this.interceptor.forRegistration("billing"));
		String origin = this.fixture.api.url("");
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(
					() -> client.get().uri(URI.create(origin.replace("//", "//user@"))).retrieve().toBodilessEntity())
			.withMessage("OAuth2 client 'billing': the request to %s has user info in its URL. "
					+ "Leave it out: the token takes its place.", origin);
	}

	@Test
	void saysThatATokenForAnyOriginIsNotSentInClearText() {
		BearerAccess access = new BearerAccess("billing", this.fixture.tokens(true, true).get("billing").source(),
				new BearerPolicy(AllowedOrigins.any(false), true, true), false);
		assertThatExceptionOfType(ClientAuthorizationException.class)
			.isThrownBy(() -> access.check(URI.create("http://api.example.com/x")))
			.withMessage("OAuth2 client 'billing': the request to http://api.example.com would send its token in clear "
					+ "text. Use https, or set oauth.client.registration.billing.allow-insecure-http if that is meant.");
	}

	@Test
	void refusesAnUnknownRegistration() {
		assertThatExceptionOfType(UnknownRegistrationException.class)
			.isThrownBy(() -> this.interceptor.forRegistration("biling"))
			.withMessageContaining("No OAuth2 client 'biling' is configured. Known: [billing, crm].");
		assertThatExceptionOfType(UnknownRegistrationException.class).isThrownBy(() -> client(this.interceptor).get()
			.uri("/x")
			.attributes(ClientAttributes.clientRegistrationId("other"))
			.retrieve()
			.toBodilessEntity());
	}

	@Test
	void refusesARequestThatNamesNoRegistrationIfItHasNoneItself() {
		assertThatExceptionOfType(NoRegistrationException.class).isThrownBy(() -> get(client(this.interceptor)))
			.withMessageContaining("The request names no OAuth2 client")
			.withMessageContaining("billing");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void replaysOnceWithAFreshTokenAfterA401() {
		RestClient client = client(this.interceptor.forRegistration("billing"));
		this.fixture.apiAccepts("canary-billing-2");
		ResponseEntity<String> response = client.post().uri("/x").body("payload").retrieve().toEntity(String.class);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-2");
		assertThat(this.fixture.api.requests()).extracting((request) -> request.body())
			.containsExactly("payload", "payload");
		assertThat(this.fixture.fetches).hasValue(2);
	}

	@Test
	void returnsTheSecond401Untouched() {
		this.fixture.apiAccepts("none");
		ResponseEntity<String> response = get(client(this.interceptor.forRegistration("billing")));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void boundsTheTokenRequestsOfAnApiThatRefusesEverything() {
		this.fixture.apiAccepts("none");
		RestClient client = client(this.interceptor.forRegistration("billing"));
		for (int i = 0; i < 50; i++) {
			assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		}
		assertThat(this.fixture.fetches.get()).isLessThanOrEqualTo(3);
	}

	@Test
	void returnsTheFirst401UntouchedIfThereIsNoOtherToken() {
		RestClient client = client(this.interceptor.forRegistration("billing"));
		get(client);
		this.fixture.apiAccepts("none");
		this.fixture.authorizationServerDown = true;
		ResponseEntity<String> response = get(client);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(response.getBody()).isEqualTo("\"refused\"");
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void doesNotReplayWithTheSameToken() {
		this.fixture.sameTokenAgain = true;
		this.fixture.apiAccepts("none");
		get(client(this.interceptor.forRegistration("billing")));
		assertThat(this.fixture.api.requests()).hasSize(1);
	}

	@Test
	void doesNotReplayIfThatIsSwitchedOffButFetchesForTheNextCall() {
		RestClient client = client(
				new BearerTokenInterceptor(this.fixture.tokens(false, true)).forRegistration("billing"));
		this.fixture.apiAccepts("canary-billing-2");
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(401));
		assertThat(get(client).getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
		assertThat(this.fixture.api.requests()).hasSize(2);
	}

	@Test
	void leavesTheTokenAloneWhenItsScopeIsInsufficient() {
		this.fixture.api.script((request, socket) -> Script.send(socket, 401,
				"WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\n", ""));
		RestClient client = client(this.interceptor.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void leavesTheTokenAloneAfterA403() {
		this.fixture.api.script(Script.json(403, "{}"));
		RestClient client = client(this.interceptor.forRegistration("billing"));
		get(client);
		get(client);
		assertThat(this.fixture.tokensSeenByApi()).containsExactly("Bearer canary-billing-1",
				"Bearer canary-billing-1");
	}

	@Test
	void failsWithoutACallIfNoTokenCanBeHad() {
		this.fixture.authorizationServerDown = true;
		RestClient client = client(this.interceptor.forRegistration("billing"));
		assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(() -> get(client))
			.isInstanceOf(OAuth2AuthorizationException.class)
			.withMessageStartingWith(
					"OAuth2 client 'billing': the token request was refused. Check the credentials. [next-attempt=");
		assertThat(this.fixture.api.requests()).isEmpty();
	}

	@Test
	void sendsTheCallWithoutATokenIfThatIsAllowed() {
		this.fixture.authorizationServerDown = true;
		get(client(new BearerTokenInterceptor(this.fixture.tokens(true, false)).forRegistration("billing")));
		assertThat(this.fixture.tokensSeenByApi()).containsOnlyNulls().hasSize(1);
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
