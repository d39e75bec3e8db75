/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.LinkedMultiValueMap;

import io.github.outboundauth.endpoint.AuthenticatedRequests;
import io.github.outboundauth.endpoint.EndpointTokenFetcher;
import io.github.outboundauth.endpoint.SecretAuthentication;
import io.github.outboundauth.endpoint.SuppliedValues;
import io.github.outboundauth.endpoint.TokenRequest;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFetcher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Token requests to an endpoint that the metadata names.
 */
class DiscoveredEndpointTests {

	private static final String ISSUER = Publisher.ISSUER;

	private static final String SECRET = "canary-secret";

	private final Publisher publisher = new Publisher().publish().publish("/token", Script.tokens("a", 3600));

	private final TokenFetcher fetcher = fetcher();

	@AfterEach
	void close() {
		this.publisher.close();
	}

	private TokenFetcher fetcher() {
		ClientRegistration client = ClientRegistration.withRegistrationId("billing")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri("unknown")
			.clientId("orders")
			.build();
		TokenRequest template = new TokenRequest(client, new LinkedMultiValueMap<>(), new HttpHeaders());
		List<ClientAuthenticationMethod> methods = List.of(ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
				ClientAuthenticationMethod.CLIENT_SECRET_POST);
		return new EndpointTokenFetcher(
				new AuthenticatedRequests(template, SuppliedValues.NONE, this.publisher.discovery(),
						List.of(new SecretAuthentication(methods, () -> new Credential<>(SECRET, null), false)), false),
				this.publisher.client(), ResponseRules.standard(65536), this.publisher.time);
	}

	private TokenFetcher.Response token() {
		TokenFetcher.Result result = this.fetcher.fetch();
		assertThat(result).isInstanceOf(TokenFetcher.Response.class);
		return (TokenFetcher.Response) result;
	}

	private TokenFailure failure() {
		TokenFetcher.Result result = this.fetcher.fetch();
		assertThat(result).isInstanceOf(TokenFailure.class);
		return (TokenFailure) result;
	}

	@Test
	void findsATokenEndpointThatMoved() {
		assertThat(token().remarks()).isEmpty();
		this.publisher.publish(Publisher.OIDC, ISSUER, ISSUER + "/moved")
			.publish("/moved", Script.tokens("b", 3600))
			.publish("/token", Script.json(410, "{}"));
		this.publisher.time.advance(Duration.ofMinutes(1));
		assertThat(failure().endpoint()).isEqualTo(ISSUER + "/token");
		TokenFetcher.Response response = token();
		assertThat(response.token()).isEqualTo("b1");
		assertThat(response.remarks()).containsExactly("token_endpoint in the metadata of the issuer changed from \""
				+ ISSUER + "/token\" to \"" + ISSUER + "/moved\"");
		assertThat(this.publisher.paths()).containsExactly(Publisher.OIDC, "/token", "/token", Publisher.OIDC,
				"/moved");
	}

	@Test
	void makesTheTokenRequestWhileTheIssuerDrips() {
		token();
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		this.publisher.publish(Publisher.OIDC, (request, socket) -> {
			Script.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{");
			asked.countDown();
			while (true) {
				Script.send(socket, " ");
				never.await(10, TimeUnit.MILLISECONDS);
			}
		});
		Threads threads = new Threads();
		this.publisher.executor = threads;
		this.publisher.time.advance(Duration.ofHours(1));
		TokenFetcher.Response response = token();
		assertThat(response.token()).isEqualTo("a2");
		assertThat(response.remarks()).isEmpty();
		assertThat(asked).satisfies(CountDownLatch::await);
		assertThat(threads.get(0).isAlive()).isTrue();
	}

	@Test
	void sendsTheSecretInTheWayThatTheServerSupports() {
		publishMethods("\"client_secret_post\", \"private_key_jwt\"");
		token();
		Request request = this.publisher.server.requests().get(1);
		assertThat(request.header("Authorization")).isNull();
		assertThat(request.body()).contains("client_secret=" + SECRET);
	}

	@Test
	void sendsNoSecretToAServerThatWantsNone() {
		publishMethods("\"private_key_jwt\"");
		TokenFailure failure = failure();
		assertThat(failure.message()).isEqualTo("OAuth2 client 'billing': the authorization server supports "
				+ "[private_key_jwt], and the client is configured for client_secret_basic. Configure one of these as "
				+ "client-authentication-method, with the credentials it needs. [endpoint=" + ISSUER + "/token]");
		assertThat(this.publisher.paths()).containsExactly(Publisher.OIDC);
		assertThat(this.publisher.server.requests().toString()).doesNotContain(SECRET, "Authorization");
	}

	private void publishMethods(String methods) {
		String metadata = Publisher.json(ISSUER, ISSUER + "/token");
		this.publisher.publish(Publisher.OIDC, Script.json(200, metadata.substring(0, metadata.length() - 1)
				+ ",\"token_endpoint_auth_methods_supported\":[" + methods + "]}"));
	}

	@Test
	void failsAsTheIssuerDoes() {
		this.publisher.publish(Publisher.OIDC, Script.json(500, "{}"));
		assertThat(failure().endpoint()).isEqualTo(ISSUER + Publisher.OIDC);
		assertThat(this.publisher.paths()).containsExactly(Publisher.OIDC);
	}

}
