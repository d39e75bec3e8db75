/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.security;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.ReceivedTokenRequest;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user who logs in with Spring's own registration at an application that makes calls of
 * its own with ours, over HTTP and with a real authorization server.
 */
class SideBySideTests {

	private static final ScriptedServer USERS = new ScriptedServer(Script.json(200, "{\"sub\":\"alice\"}"));

	private static AuthorizationServer server;

	private final HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	@BeforeAll
	static void start() {
		server = AuthorizationServer.start(0, Duration.ofMinutes(10));
	}

	@AfterAll
	static void stop() {
		server.close();
		USERS.close();
	}

	private static ConfigurableApplicationContext start(Class<?> portal, WebApplicationType type) {
		return new SpringApplicationBuilder(portal).web(type)
			.logStartupInfo(false)
			.properties(server.clientProperties())
			.properties("server.port=0", "server.address=127.0.0.1",
					"spring.security.oauth2.client.registration.portal.client-id=portal",
					"spring.security.oauth2.client.registration.portal.client-secret=secret",
					"spring.security.oauth2.client.registration.portal.scope=inventory.read",
					"spring.security.oauth2.client.registration.portal.authorization-grant-type=authorization_code",
					"spring.security.oauth2.client.registration.portal.redirect-uri={baseUrl}/login/oauth2/code/portal",
					"spring.security.oauth2.client.provider.portal.authorization-uri="
							+ server.url("/oauth2/authorize"),
					"spring.security.oauth2.client.provider.portal.token-uri=" + server.url("/oauth2/token"),
					"spring.security.oauth2.client.provider.portal.user-info-uri=" + USERS.url("/me"),
					"spring.security.oauth2.client.provider.portal.user-name-attribute=sub")
			.run();
	}

	/**
	 * Follow redirects between the application and the authorization server, where alice
	 * is logged in.
	 */
	private String browse(ConfigurableApplicationContext portal) throws IOException, InterruptedException {
		int port = ((WebServerApplicationContext) portal).getWebServer().getPort();
		URI url = URI.create("http://127.0.0.1:" + port + "/");
		for (int hops = 0; hops < 10; hops++) {
			HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30));
			if (url.getPort() == server.port()) {
				request.header(AuthorizationServer.USER, "alice");
			}
			HttpResponse<String> response = this.browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() != 302) {
				assertThat(response.statusCode()).as(url.getPath() + " " + response.body()).isEqualTo(200);
				return response.body();
			}
			url = url.resolve(response.headers().firstValue("Location").orElseThrow());
		}
		throw new IllegalStateException("Too many redirects, the last to " + url.getPath());
	}

	@Test
	void usersGetTheirTokensAndOursGetOurs() throws Exception {
		assertEachGetsItsToken(Portal.class, WebApplicationType.SERVLET);
	}

	@Test
	void usersOfAReactiveApplicationGetTheirTokensAndOursGetOurs() throws Exception {
		assertEachGetsItsToken(ReactivePortal.class, WebApplicationType.REACTIVE);
	}

	private void assertEachGetsItsToken(Class<?> application, WebApplicationType type) throws Exception {
		server.tokenRequests();
		try (ConfigurableApplicationContext portal = start(application, type)) {
			assertThat(browse(portal)).isEqualTo("alice portal default {\"apples\":3} {\"apples\":3}");
			assertThat(browse(portal)).isEqualTo("alice portal default {\"apples\":3} {\"apples\":3}");
		}
		List<ReceivedTokenRequest> requests = server.tokenRequests();
		assertThat(requests).extracting((request) -> request.parameters().get("grant_type").get(0))
			.containsExactlyInAnyOrder("authorization_code", "client_credentials");
	}

	private static String describe(OAuth2AuthorizedClient users, OAuth2AuthorizedClient ours, String byUser,
			String byUs) {
		return String.join(" ", users.getPrincipalName(), users.getClientRegistration().getRegistrationId(),
				ours.getClientRegistration().getRegistrationId(), byUser, byUs);
	}

	@RestController
	static class Home {

		private final OAuth2AuthorizedClientManager manager;

		private final RestClient restClient;

		Home(OAuth2AuthorizedClientManager manager, RestClient restClient) {
			this.manager = manager;
			this.restClient = restClient;
		}

		@GetMapping("/")
		String home(@RegisteredOAuth2AuthorizedClient("portal") OAuth2AuthorizedClient users,
				@RegisteredOAuth2AuthorizedClient("default") OAuth2AuthorizedClient ours) {
			OAuth2AuthorizedClient again = this.manager
				.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("default").principal("anybody").build());
			assertThat(again.getAccessToken().getTokenValue()).isEqualTo(ours.getAccessToken().getTokenValue());
			String byUser = RestClient.create()
				.get()
				.uri(server.url(AuthorizationServer.ITEMS))
				.headers((headers) -> headers.setBearerAuth(users.getAccessToken().getTokenValue()))
				.retrieve()
				.body(String.class);
			String byUs = this.restClient.get().uri(AuthorizationServer.ITEMS).retrieve().body(String.class);
			return describe(users, ours, byUser, byUs);
		}

	}

	@RestController
	static class ReactiveHome {

		private final ReactiveOAuth2AuthorizedClientManager manager;

		private final WebClient webClient;

		ReactiveHome(ReactiveOAuth2AuthorizedClientManager manager, WebClient webClient) {
			this.manager = manager;
			this.webClient = webClient;
		}

		@GetMapping("/")
		Mono<String> home(@RegisteredOAuth2AuthorizedClient("portal") OAuth2AuthorizedClient users,
				@RegisteredOAuth2AuthorizedClient("default") OAuth2AuthorizedClient ours, Authentication user) {
			Mono<String> byUser = WebClient.create()
				.get()
				.uri(server.url(AuthorizationServer.ITEMS))
				.headers((headers) -> headers.setBearerAuth(users.getAccessToken().getTokenValue()))
				.retrieve()
				.bodyToMono(String.class);
			Mono<String> byUs = this.webClient.get().uri(AuthorizationServer.ITEMS).retrieve().bodyToMono(String.class);
			return theManagerKnows(users, user).then(theManagerKnows(ours, user))
				.then(Mono.zip(byUser, byUs, (theirs, own) -> describe(users, ours, theirs, own)));
		}

		private Mono<Void> theManagerKnows(OAuth2AuthorizedClient client, Authentication user) {
			String registrationId = client.getClientRegistration().getRegistrationId();
			return this.manager
				.authorize(OAuth2AuthorizeRequest.withClientRegistrationId(registrationId).principal(user).build())
				.doOnNext((again) -> assertThat(again.getAccessToken().getTokenValue())
					.isEqualTo(client.getAccessToken().getTokenValue()))
				.switchIfEmpty(Mono.error(() -> new AssertionError("unknown: " + registrationId)))
				.then();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Home.class)
	static class Portal {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ReactiveHome.class)
	static class ReactivePortal {

	}

}
