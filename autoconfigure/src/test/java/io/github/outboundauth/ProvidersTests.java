/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.util.JSONObjectUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.AuthorizationServer;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Recipe;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Each recipe of {@code docs/providers.md} sends what the provider wants, reads what it
 * answers, and says what is wrong when it refuses.
 */
class ProvidersTests {

	static final String FEDERATED_TOKEN = "canary.of.kubernetes";

	private static final Script NOT_YET = Script.json(500, "{}");

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	@BeforeAll
	static void writeFiles() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("client", "-keyalg", "RSA", "-keysize", "2048");
		String key = certificates.key("client").pkcs8();
		write("key-file", key);
		write("certificate-file", certificates.chain("client"));
		write("service-account-file", JSONObjectUtils
			.toJSONString(Map.of("type", "service_account", "private_key_id", "private-key-id", "private_key", key)));
		write("azure-federated-token-file", FEDERATED_TOKEN);
	}

	private static void write(String name, String content) throws Exception {
		Files.writeString(directory.resolve(name), content);
	}

	static List<Recipe> recipes() {
		return Recipe.all();
	}

	@Test
	void everyRecipeOfTheDocumentIsImitated() throws Exception {
		ImitatedProviders providers = new ImitatedProviders("", certificates.certificate("client"));
		assertThat(recipes()).extracting(Recipe::name)
			.containsExactlyInAnyOrderElementsOf(providers.byRecipe().keySet());
	}

	@ParameterizedTest
	@MethodSource("recipes")
	void saysHowItWasProven(Recipe recipe) {
		assertThat(recipe.text().replaceAll("\\s+", " ")).containsPattern("Proven: (run here|imitated|written down)");
	}

	@ParameterizedTest
	@MethodSource("recipes")
	void sendsWhatTheProviderWantsAndReadsItsToken(Recipe recipe) throws Exception {
		try (ScriptedServer server = server(recipe)) {
			ImitatedProvider provider = provider(recipe, server);
			server.script(provider.script(true));
			application(recipe, url(recipe, server)).run((context) -> {
				AccessToken token = context.getBean(TokenSources.class).get(recipe.registrationId()).await();
				provider.check(server.requests());
				assertThat(token.value()).startsWith("canary");
				assertThat(token.scopes()).isEqualTo(provider.scopes());
				assertThat(Duration.between(token.issuedAt(), token.expiresAt())).isEqualTo(provider.lifetime());
			});
		}
	}

	@ParameterizedTest
	@MethodSource("recipes")
	void saysWhatTheProviderRefuses(Recipe recipe) throws Exception {
		try (ScriptedServer server = server(recipe)) {
			ImitatedProvider provider = provider(recipe, server);
			server.script(provider.script(false));
			application(recipe, url(recipe, server)).run((context) -> assertThat(
					failure(context.getBean(TokenSources.class).get(recipe.registrationId())).message())
				.startsWith("OAuth2 client '" + recipe.registrationId() + "': " + provider.message() + " [endpoint="));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			Apigee  | response.accepted-token-types | token_type "BearerToken" is not supported
			shopify | response.default-token-type   | the response has no token_type
			twitch  | response.default-token-type   | the response has no token_type
			""")
	void saysWhatIsWrongWithoutAKey(String name, String key, String problem) throws Exception {
		Recipe recipe = Recipe.of(name);
		try (ScriptedServer server = server(recipe)) {
			server.script(provider(recipe, server).script(true));
			application(recipe.without(key), url(recipe, server))
				.run((context) -> assertThat(failure(context.getBean(TokenSources.class).get(recipe.registrationId())))
					.extracting(TokenFailure::problem)
					.isEqualTo(problem));
		}
	}

	@ParameterizedTest
	@CsvSource({ "shopify, X-Shopify-Access-Token, canary", "walmart, WM_SEC.ACCESS_TOKEN, canary",
			"zoho, Authorization, Zoho-oauthtoken canary", "twitch, Client-Id, client-id",
			"vipps, Ocp-Apim-Subscription-Key, " + ImitatedProvider.SECRET })
	void callsTheApiAsTheProviderWants(String name, String header, String value) throws Exception {
		Recipe recipe = Recipe.of(name);
		try (ScriptedServer server = server(recipe); ScriptedServer api = new ScriptedServer(Script.json(200, "{}"))) {
			server.script(provider(recipe, server).script(true));
			String baseUrl = "oauth.client.registration." + name + ".base-url=" + api.url("");
			application(recipe, url(recipe, server)).withPropertyValues(baseUrl).run((context) -> {
				context.getBean(name + "RestClient", RestClient.class).get().uri("/x").retrieve().toBodilessEntity();
				assertThat(api.requests()).singleElement()
					.satisfies((request) -> assertThat(request.headers().get(header)).containsExactly(value));
			});
		}
	}

	@Test
	void saysThatTheSlashAtTheEndOfAnIssuerIsMissing() throws Exception {
		Recipe recipe = Recipe.of("Auth0");
		try (ScriptedServer server = server(recipe)) {
			server.script(provider(recipe, server).script(true));
			application(recipe, url(recipe, server)).withPropertyValues("oauth.client.issuer-uri=" + server.url(""))
				.run((context) -> assertThat(failure(context.getBean(TokenSources.class).get("default")))
					.extracting(TokenFailure::problem)
					.asString()
					.endsWith("they differ in the slash at the end"));
		}
	}

	@Test
	void springAuthorizationServerTakesItsRecipe() {
		try (AuthorizationServer server = AuthorizationServer.start(0, Duration.ofMinutes(5))) {
			Recipe.of("Spring Authorization Server")
				.applyTo(runner().withPropertyValues("CLIENT_ID=orders", "CLIENT_SECRET=" + AuthorizationServer.SECRET,
						"oauth.client.base-url=" + server.url("")), server.url(""))
				.run((context) -> assertThat(context.getBean(RestClient.class)
					.get()
					.uri(AuthorizationServer.ITEMS)
					.retrieve()
					.body(String.class)).isEqualTo("{\"apples\":3}"));
		}
	}

	private static TokenFailure failure(TokenSource source) {
		return catchThrowableOfType(TokenUnavailableException.class, source::await).failure();
	}

	private static boolean isTls(Recipe recipe) {
		return recipe.yaml().contains("tls_client_auth");
	}

	private static ScriptedServer server(Recipe recipe) throws Exception {
		return isTls(recipe) ? new ScriptedServer(certificates.serverSocket("good", true), NOT_YET)
				: new ScriptedServer(NOT_YET);
	}

	private static String url(Recipe recipe, ScriptedServer server) {
		return (isTls(recipe) ? "https://" : "http://") + server.address();
	}

	private static ImitatedProvider provider(Recipe recipe, ScriptedServer server) throws Exception {
		return new ImitatedProviders(url(recipe, server), certificates.certificate("client")).get(recipe.name());
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.retry.max-attempts=1");
	}

	/**
	 * An application in which each placeholder is its name in lower case, a file of that
	 * name, or the secret.
	 */
	private static ApplicationContextRunner application(Recipe recipe, String url) {
		String[] values = recipe.placeholders().stream().map((name) -> name + "=" + value(name)).toArray(String[]::new);
		// Reactor Netty prints URLs, as docs/configuration.md says.
		String engine = recipe.yaml().contains("request-format: query") ? "jdk" : "reactor";
		return recipe.applyTo(runner().withPropertyValues(values)
			.withPropertyValues("spring.http.clients.imperative.factory=" + engine)
			.withPropertyValues(
					"spring.ssl.bundle.pem.xsuaa.truststore.certificate=file:" + directory.resolve("certificate-file")),
				url);
	}

	private static String value(String placeholder) {
		String name = placeholder.toLowerCase().replace('_', '-');
		if (name.endsWith("-secret")) {
			return ImitatedProvider.SECRET;
		}
		if (name.endsWith("-client-id") && !name.startsWith("azure")) {
			return "client-id";
		}
		return name.endsWith("-file") ? directory.resolve(name).toString() : name;
	}

}
