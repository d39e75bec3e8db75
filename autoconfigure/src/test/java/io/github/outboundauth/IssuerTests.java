/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The whole way, of applications that know the issuer only.
 */
class IssuerTests {

	private static final String ITEMS = AuthorizationServer.ITEMS;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.client-id=orders", "oauth.client.client-secret=" + AuthorizationServer.SECRET,
				"oauth.client.scope=inventory.read");

	private static String[] issuer(String url) {
		return new String[] { "oauth.client.issuer-uri=" + url, "oauth.client.base-url=" + url };
	}

	private static String metadata(ScriptedServer server, String members) {
		return "{\"issuer\":\"" + server.url("") + "\",\"token_endpoint\":\"" + server.url("/token") + "\"" + members
				+ "}";
	}

	private static TokenFailure failure(TokenSource source) {
		return catchThrowableOfType(TokenUnavailableException.class, source::await).failure();
	}

	@Test
	void callsAnApiOfSpringAuthorizationServer() {
		try (AuthorizationServer server = AuthorizationServer.start(0, Duration.ofMinutes(5))) {
			this.runner.withPropertyValues(issuer(server.url(""))).run((context) -> {
				RestClient client = context.getBean(RestClient.class);
				assertThat(client.get().uri(ITEMS).retrieve().body(String.class)).isEqualTo("{\"apples\":3}");
				client.get().uri(ITEMS).retrieve().toBodilessEntity();
				assertThat(server.tokenRequests()).hasSize(1);
			});
		}
	}

	@Test
	void startsWhileTheServerIsDownAndServesWhenItComesUp() {
		AuthorizationServer before = AuthorizationServer.start(0, Duration.ofMinutes(5));
		before.close();
		this.runner.withPropertyValues(issuer(before.url(""))).run((context) -> {
			assertThat(context).hasNotFailed();
			TokenSource source = context.getBean(TokenSources.class).get("default");
			assertThat(failure(source).message()).startsWith("OAuth2 client 'default': the connection to "
					+ before.url("") + " was refused. Is the authorization server running? Start it, or correct "
					+ "issuer-uri. [endpoint=" + before.url("/.well-known/openid-configuration"));
			try (AuthorizationServer after = AuthorizationServer.start(before.port(), Duration.ofMinutes(5))) {
				RestClient client = context.getBean(RestClient.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.ignoreExceptions()
					.untilAsserted(() -> assertThat(client.get().uri(ITEMS).retrieve().body(String.class))
						.isEqualTo("{\"apples\":3}"));
				assertThat(after.tokenRequests()).hasSize(1);
			}
		});
	}

	@Test
	void sendsNoSecretToAServerThatWantsNone() {
		try (ScriptedServer server = new ScriptedServer(Script.json(500, "{}"))) {
			server.script(Script.json(200,
					metadata(server, ",\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]")));
			this.runner.withPropertyValues(issuer(server.url(""))).run((context) -> {
				TokenSource source = context.getBean(TokenSources.class).get("default");
				assertThat(failure(source).problem()).isEqualTo("the authorization server supports [private_key_jwt], "
						+ "and the client is configured for client_secret_basic");
				assertThat(server.requests()).extracting(Request::method).containsExactly("GET");
				assertThat(server.requests().get(0).headers()).doesNotContainKey("Authorization");
			});
		}
	}

	@Test
	void asksAnIssuerOnceForAllItsRegistrations() {
		try (ScriptedServer server = new ScriptedServer(Script.json(500, "{}"))) {
			Script tokens = Script.tokens("a", 3600);
			server.script((request,
					socket) -> (request.method().equals("GET") ? Script.json(200, metadata(server, "")) : tokens)
						.answer(request, socket));
			this.runner.withPropertyValues(issuer(server.url("")))
				.withPropertyValues("oauth.client.registration.billing.scope=billing",
						"oauth.client.registration.stock.client-id=stock",
						"oauth.client.registration.stock.client-secret=another-secret")
				.run((context) -> {
					TokenSources sources = context.getBean(TokenSources.class);
					sources.get("default").await();
					sources.get("billing").await();
					sources.get("stock").await();
					assertThat(server.requests()).extracting(Request::method)
						.containsExactly("GET", "POST", "POST", "POST");
				});
		}
	}

	@Test
	void readsMetadataFromAnInternalAddress() {
		try (ScriptedServer server = new ScriptedServer(Script.tokens("a", 3600))) {
			Script metadata = Script.json(200,
					"{\"issuer\":\"https://idp.example.com/\",\"token_endpoint\":\"" + server.url("/token") + "\"}");
			Script tokens = Script.tokens("a", 3600);
			server.script((request, socket) -> (request.path().equals("/internal") ? metadata : tokens).answer(request,
					socket));
			this.runner
				.withPropertyValues("oauth.client.issuer-uri=https://idp.example.com/",
						"oauth.client.metadata-uri=" + server.url("/internal"))
				.run((context) -> {
					assertThat(context.getBean(TokenSources.class).get("default").await().value()).isEqualTo("a1");
					assertThat(server.requests()).extracting(Request::path).containsExactly("/internal", "/token");
				});
		}
	}

}
