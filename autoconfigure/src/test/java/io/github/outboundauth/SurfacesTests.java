/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.annotation.ClientRegistrationId;
import org.springframework.security.oauth2.client.web.ClientAttributes;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.http.BearerTokenExchangeFilter;
import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.http.BearerTokenRequestFactory;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One application with five registrations of three clients at two authorization servers,
 * which calls an API in every way there is. The API knows whose token each call must
 * carry.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SurfacesTests {

	/**
	 * Whose token the calls of a registration carry: server, client and what it is for.
	 */
	private static final Map<String, String> TOKENS = new LinkedHashMap<>();
	static {
		TOKENS.put("default", "canary-first-orders-inventory");
		TOKENS.put("billing", "canary-first-orders-bills");
		TOKENS.put("shipping", "canary-first-parcels-shipping");
		TOKENS.put("crm", "canary-second-orders-contacts");
		TOKENS.put("mail", "canary-second-orders-letters");
	}

	private final ScriptedServer first = new ScriptedServer(
			authorizationServer("first", Map.of("orders", "canary-1", "parcels", "canary-2")));

	/** Knows a client of the same name with another secret. */
	private final ScriptedServer second = new ScriptedServer(
			authorizationServer("second", Map.of("orders", "canary-3")));

	private final ScriptedServer api = new ScriptedServer(SurfacesTests::answer);

	private ConfigurableApplicationContext context;

	private HttpServiceProxyRegistry services;

	private BearerTokenExchangeFilter filter;

	private BearerTokenInterceptor interceptor;

	private static Script authorizationServer(String name, Map<String, String> clients) {
		return (request, socket) -> {
			String proof = String.valueOf(request.header("Authorization"));
			String token = clients.entrySet()
				.stream()
				.filter((client) -> proof.equals("Basic "
						+ Base64.getEncoder().encodeToString((client.getKey() + ":" + client.getValue()).getBytes())))
				.map((client) -> "canary-" + name + "-" + client.getKey() + "-"
						+ request.body().replaceAll(".*scope=(\\w+).*", "$1"))
				.findFirst()
				.orElse(null);
			Script
				.json((token != null) ? 200 : 401,
						(token != null)
								? "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
								: "{\"error\":\"invalid_client\"}")
				.answer(request, socket);
		};
	}

	/**
	 * The id of the registration whose API is called, if the call has its token.
	 */
	private static void answer(Request request, Socket socket) throws Exception {
		String id = request.path().split("/")[1];
		boolean allowed = ("Bearer " + TOKENS.get(id)).equals(request.header("Authorization"));
		Script.send(socket, allowed ? 200 : 403, "Content-Type: text/plain\r\n", allowed ? id : "wrong token");
	}

	@BeforeAll
	void start() {
		List<String> properties = new ArrayList<>(List.of("oauth.client.token-uri=" + this.first.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary-1", "oauth.client.scope=inventory",
				"oauth.client.base-url=" + this.api.url("/default"), "oauth.client.registration.billing.scope=bills",
				"oauth.client.registration.shipping.client-id=parcels",
				"oauth.client.registration.shipping.client-secret=canary-2",
				"oauth.client.registration.shipping.scope=shipping",
				"oauth.client.registration.shipping.replay-unauthorized=false",
				"oauth.client.registration.crm.token-uri=" + this.second.url("/token"),
				"oauth.client.registration.crm.client-id=orders",
				"oauth.client.registration.crm.client-secret=canary-3", "oauth.client.registration.crm.scope=contacts",
				"oauth.client.registration.mail.token-uri=" + this.second.url("/token"),
				"oauth.client.registration.mail.client-id=orders",
				"oauth.client.registration.mail.client-secret=canary-3", "oauth.client.registration.mail.scope=letters",
				"oauth.client.http-service-group.mapped=billing",
				"spring.http.serviceclient.mapped.base-url=" + this.api.url(""),
				"spring.http.serviceclient.annotated.base-url=" + this.api.url(""),
				"spring.http.serviceclient.reactive-annotated.base-url=" + this.api.url("")));
		TOKENS.keySet().forEach((id) -> {
			properties.add("oauth.client.http-service-group.reactive-" + id + "=" + id);
			if (!id.equals("default")) {
				properties.add("oauth.client.registration." + id + ".base-url=" + this.api.url("/" + id));
			}
		});
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.logStartupInfo(false)
			.bannerMode(Banner.Mode.OFF)
			.properties(properties.toArray(String[]::new))
			.run();
		this.services = this.context.getBean(HttpServiceProxyRegistry.class);
		this.filter = this.context.getBean(BearerTokenExchangeFilter.class);
		this.interceptor = this.context.getBean(BearerTokenInterceptor.class);
	}

	@AfterAll
	void stop() {
		this.context.close();
		this.first.close();
		this.second.close();
		this.api.close();
	}

	@AfterEach
	void noTokenIsAskedForTwice() {
		assertThat(this.first.requests()).extracting(SurfacesTests::subject).doesNotHaveDuplicates();
		assertThat(this.second.requests()).extracting(SurfacesTests::subject).doesNotHaveDuplicates();
	}

	private static String subject(Request request) {
		return request.header("Authorization") + " " + request.body();
	}

	/**
	 * Every way to call the API of a registration, by name.
	 */
	private Map<String, Function<String, String>> surfaces() {
		Map<String, Function<String, String>> surfaces = new LinkedHashMap<>();
		surfaces.put("WebClient bean", (id) -> get(webClient(id), "/x"));
		surfaces.put("mutated WebClient",
				(id) -> get(webClient(id).mutate().defaultHeader("X-Mutated", "yes").build(), "/x"));
		surfaces.put("WebClient over the JDK's client",
				(id) -> get(webClient(id).mutate().clientConnector(new JdkClientHttpConnector()).build(), "/x"));
		surfaces.put("filter on a builder, over Reactor Netty",
				(id) -> get(WebClient.builder()
					.clientConnector(new ReactorClientHttpConnector())
					.filter(this.filter.forRegistration(id))
					.build(), this.api.url("/" + id)));
		surfaces.put("filter, registration named by the call",
				(id) -> Objects.requireNonNull(WebClient.builder()
					.filter(this.filter)
					.build()
					.get()
					.uri(this.api.url("/" + id))
					.attributes(ClientAttributes.clientRegistrationId(id))
					.retrieve()
					.bodyToMono(String.class)
					.block()));
		surfaces.put("WebClient of another registration, registration named by the call",
				(id) -> Objects.requireNonNull(webClient("billing").get()
					.uri(this.api.url("/" + id))
					.attributes(ClientAttributes.clientRegistrationId(id))
					.retrieve()
					.bodyToMono(String.class)
					.block()));
		surfaces.put("RestClient bean", (id) -> get(restClient(id), "/x"));
		surfaces.put("mutated RestClient",
				(id) -> get(restClient(id).mutate().defaultHeader("X-Mutated", "yes").build(), "/x"));
		surfaces.put("interceptor on a builder, over the JDK's client",
				(id) -> get(RestClient.builder()
					.requestFactory(new JdkClientHttpRequestFactory())
					.requestInterceptor(this.interceptor.forRegistration(id))
					.build(), this.api.url("/" + id)));
		surfaces.put("interceptor, registration named by the call",
				(id) -> get(RestClient.builder().requestInterceptor(this.interceptor).build(), this.api.url("/" + id),
						id));
		surfaces.put("RestClient of another registration, registration named by the call",
				(id) -> get(restClient("crm"), this.api.url("/" + id), id));
		surfaces.put("RestClient that streams, registration named by the call",
				(id) -> get(restClient("shipping"), this.api.url("/" + id), id));
		surfaces.put("upload", (id) -> upload(restClient(id), "/x"));
		surfaces.put("upload that streams, over Reactor Netty",
				(id) -> upload(RestClient.builder()
					.requestFactory(new BearerTokenRequestFactory(new ReactorClientHttpRequestFactory(),
							this.interceptor.forRegistration(id)))
					.build(), this.api.url("/" + id)));
		surfaces.put("RestTemplate",
				(id) -> get(this.context.getBean(RestTemplateBuilder.class)
					.additionalInterceptors(this.interceptor.forRegistration(id))
					.build(), id));
		surfaces.put("RestTemplate, registration named by an initializer", (id) -> {
			RestTemplate template = this.context.getBean(RestTemplateBuilder.class)
				.additionalInterceptors(this.interceptor)
				.build();
			template.getClientHttpRequestInitializers()
				.add((request) -> ClientAttributes.clientRegistrationId(apiOf(request.getURI()))
					.accept(request.getAttributes()));
			return get(template, id);
		});
		surfaces.put("HTTP service group of that name", (id) -> this.services.getClient(id, Items.class).get());
		surfaces.put("HTTP service group that is mapped, reactive",
				(id) -> this.services.getClient("reactive-" + id, ReactiveItems.class).get().block());
		surfaces.put("manager", (id) -> {
			OAuth2AuthorizedClientManager manager = this.context.getBean(OAuth2AuthorizedClientManager.class);
			return apiOf(manager.authorize(request(id)));
		});
		surfaces.put("reactive manager", (id) -> {
			ReactiveOAuth2AuthorizedClientManager manager = this.context
				.getBean(ReactiveOAuth2AuthorizedClientManager.class);
			return apiOf(manager.authorize(request(id)).block());
		});
		return surfaces;
	}

	private WebClient webClient(String id) {
		return this.context.getBean(id + "WebClient", WebClient.class);
	}

	private RestClient restClient(String id) {
		return this.context.getBean(id + "RestClient", RestClient.class);
	}

	private static String get(WebClient client, String uri) {
		return Objects.requireNonNull(client.get().uri(uri).retrieve().bodyToMono(String.class).block());
	}

	private static String get(RestClient client, String uri) {
		return client.get().uri(uri).retrieve().body(String.class);
	}

	private static String get(RestClient client, String uri, String id) {
		return client.get()
			.uri(uri)
			.attributes(ClientAttributes.clientRegistrationId(id))
			.retrieve()
			.body(String.class);
	}

	private String get(RestTemplate template, String id) {
		return template.getForObject(this.api.url("/" + id), String.class);
	}

	private static String upload(RestClient client, String uri) {
		return client.post().uri(uri).body((output) -> output.write(new byte[100_000])).retrieve().body(String.class);
	}

	private static OAuth2AuthorizeRequest request(String id) {
		return OAuth2AuthorizeRequest.withClientRegistrationId(id).principal("any").build();
	}

	private static String apiOf(URI uri) {
		return uri.getPath().split("/")[1];
	}

	private static String apiOf(OAuth2AuthorizedClient client) {
		return TOKENS.entrySet()
			.stream()
			.filter((token) -> token.getValue().equals(client.getAccessToken().getTokenValue()))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseThrow();
	}

	Stream<Arguments> calls() {
		return surfaces().keySet()
			.stream()
			.flatMap((surface) -> TOKENS.keySet().stream().map((id) -> Arguments.of(surface, id)));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void everyCallCarriesTheTokenOfItsRegistration(String surface, String id) {
		assertThat(surfaces().get(surface).apply(id)).isEqualTo(id);
	}

	@Test
	void allCallsAtOnceCarryTheirOwnTokens() throws InterruptedException {
		ExecutorService threads = Executors.newFixedThreadPool(16);
		Map<String, Function<String, String>> surfaces = surfaces();
		List<CompletableFuture<String>> calls = calls().map((call) -> CompletableFuture.supplyAsync(
				() -> call.get()[1] + " " + surfaces.get((String) call.get()[0]).apply((String) call.get()[1]),
				threads))
			.toList();
		assertThat(calls).allSatisfy((call) -> {
			String[] ids = call.join().split(" ");
			assertThat(ids[1]).isEqualTo(ids[0]);
		});
		threads.shutdown();
		assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.first.requests()).hasSize(3);
		assertThat(this.second.requests()).hasSize(2);
	}

	/**
	 * In a group without a registration, and in one that has another.
	 */
	@Test
	void annotationsOfHttpServicesNameARegistration() {
		for (String group : List.of("annotated", "mapped")) {
			assertThat(this.services.getClient(group, OnMethods.class).mail()).isEqualTo("mail");
			assertThat(this.services.getClient(group, OnMethods.class).shipping()).isEqualTo("shipping");
			assertThat(this.services.getClient(group, OnType.class).crm()).isEqualTo("crm");
		}
		assertThat(this.services.getClient("reactive-annotated", ReactiveOnType.class).crm().block()).isEqualTo("crm");
	}

	@Test
	void theAnnotationOfAMethodWinsOverThatOfItsType() {
		for (String group : List.of("annotated", "mapped")) {
			assertThat(this.services.getClient(group, OnType.class).mail()).isEqualTo("mail");
		}
		assertThat(this.services.getClient("reactive-annotated", ReactiveOnType.class).mail().block())
			.isEqualTo("mail");
	}

	@Test
	void whatIsNotAnnotatedBelongsToTheGroup() {
		assertThat(this.services.getClient("mapped", OnMethods.class).billing()).isEqualTo("billing");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportHttpServices(group = "default", types = Items.class)
	@ImportHttpServices(group = "billing", types = Items.class)
	@ImportHttpServices(group = "shipping", types = Items.class)
	@ImportHttpServices(group = "crm", types = Items.class)
	@ImportHttpServices(group = "mail", types = Items.class)
	@ImportHttpServices(group = "reactive-default", types = ReactiveItems.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "reactive-billing", types = ReactiveItems.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "reactive-shipping", types = ReactiveItems.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "reactive-crm", types = ReactiveItems.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "reactive-mail", types = ReactiveItems.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "annotated", types = { OnMethods.class, OnType.class })
	@ImportHttpServices(group = "mapped", types = { OnMethods.class, OnType.class })
	@ImportHttpServices(group = "reactive-annotated", types = ReactiveOnType.class, clientType = ClientType.WEB_CLIENT)
	static class Application {

	}

	interface Items {

		@GetExchange("/x")
		String get();

	}

	interface ReactiveItems {

		@GetExchange("/x")
		Mono<String> get();

	}

	interface OnMethods {

		@GetExchange("/mail/x")
		@ClientRegistrationId("mail")
		String mail();

		@GetExchange("/shipping/x")
		@ClientRegistrationId("shipping")
		String shipping();

		@GetExchange("/billing/x")
		String billing();

	}

	@ClientRegistrationId("crm")
	interface OnType {

		@GetExchange("/crm/x")
		String crm();

		@GetExchange("/mail/x")
		@ClientRegistrationId("mail")
		String mail();

	}

	@ClientRegistrationId("crm")
	interface ReactiveOnType {

		@GetExchange("/crm/x")
		Mono<String> crm();

		@GetExchange("/mail/x")
		@ClientRegistrationId("mail")
		Mono<String> mail();

	}

}
