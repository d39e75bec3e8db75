/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.autoconfigure.OAuthClientCustomizer.Keys;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Parameters and headers whose values code makes anew for each token request.
 */
class SuppliedValuesTests {

	private final AtomicInteger count = new AtomicInteger();

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.http.total-timeout=60s", "oauth.client.http.read-timeout=60s",
				"oauth.client.registration.billing.parameters.nonce=configured",
				"oauth.client.registration.billing.parameters.tenant=7",
				"oauth.client.registration.billing.headers.X-Nonce=configured",
				"oauth.client.registration.billing.headers.X-Tenant=7",
				"oauth.client.registration.billing.retry.backoff=1ms");

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
	}

	private ApplicationContextRunner supplying(String key, Supplier<@Nullable String> values) {
		return with((keys) -> keys.supply("billing", key, values));
	}

	private ApplicationContextRunner with(OAuthClientCustomizer customizer) {
		return this.runner.withBean(OAuthClientCustomizer.class, () -> customizer);
	}

	private String next() {
		return "canary/" + this.count.incrementAndGet();
	}

	private static String[] parameters(Request request) {
		return request.body().split("&");
	}

	@Test
	void eachTokenRequestHasValuesOfItsOwn() {
		with((keys) -> keys.supply("billing", "parameters.nonce", this::next)
			.supply("billing", "headers.x-nonce", this::next)).run((context) -> {
				this.tokenEndpoint.script((request, socket) -> {
					Script next = (this.count.get() < 6) ? Script.json(503, "{}") : Script.tokens("canary-", 3600);
					next.answer(request, socket);
				});
				context.getBean(TokenSources.class).get("billing").await();
				assertThat(this.tokenEndpoint.requests()).hasSize(3).allSatisfy((request) -> {
					assertThat(parameters(request)).contains("tenant=7").doesNotContain("nonce=configured");
					assertThat(request.headers().get("X-Tenant")).containsExactly("7");
				})
					.extracting((request) -> request.body().replaceFirst(".*(nonce=[^&]*).*", "$1 ")
							+ request.headers().get("X-Nonce"))
					.containsExactly("nonce=canary%2F1 [canary/2]", "nonce=canary%2F3 [canary/4]",
							"nonce=canary%2F5 [canary/6]");
			});
	}

	@Test
	void whatIsNotSuppliedThisTimeIsLeftOut() {
		with((keys) -> keys.supply("billing", "parameters.nonce", () -> null)
			.supply("billing", "headers.X-Nonce", () -> null)).run((context) -> {
				context.getBean(TokenSources.class).get("billing").await();
				assertThat(this.tokenEndpoint.requests()).singleElement().satisfies((request) -> {
					assertThat(request.body()).contains("tenant=7").doesNotContain("nonce");
					assertThat(request.headers()).containsKey("X-Tenant").doesNotContainKey("X-Nonce");
				});
			});
	}

	@Test
	void whatIsSuppliedLastTakesThePlaceOfWhatWasSuppliedBefore() {
		supplying("headers.X-Nonce", () -> "first")
			.withBean("second", OAuthClientCustomizer.class,
					() -> (keys) -> keys.supply("billing", "headers.x-nonce", () -> "second"))
			.run((context) -> {
				context.getBean(TokenSources.class).get("billing").await();
				assertThat(this.tokenEndpoint.requests()).singleElement()
					.satisfies((request) -> assertThat(request.headers().get("X-Nonce")).containsExactly("second"));
			});
	}

	@Test
	void aRegistrationWithSuppliedValuesSharesItsTokenWithNoOther() {
		with((keys) -> {
			for (String id : List.of("one", "two", "three")) {
				keys.set(id, "scope", "read");
			}
			keys.supply("one", "parameters.nonce", this::next).supply("two", "parameters.nonce", this::next);
		}).run((context) -> {
			OAuthClientRegistrations registrations = context.getBean(OAuthClientRegistrations.class);
			assertThat(List.of("one", "two", "three")).allSatisfy((id) -> {
				assertThat(registrations.get(id).ownsToken()).isTrue();
				context.getBean(TokenSources.class).get(id).await();
			});
			assertThat(this.tokenEndpoint.requests()).hasSize(3);
		});
	}

	@Test
	void theTokenOfOneRegistrationMayBeSuppliedForAnother() {
		exchanging(1, new CountDownLatch(1), (sources) -> {
			assertThat(sources.get("acme0").await().value()).isEqualTo("canary-2");
			assertThat(this.tokenEndpoint.requests()).last()
				.satisfies((request) -> assertThat(parameters(request)).contains("subject_token=canary-1",
						"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"));
		});
	}

	/**
	 * More of them than token requests are made at a time to one endpoint.
	 */
	@Test
	void thoseThatWaitForATokenLeaveAPlaceForItsRequest() {
		int count = 16;
		CountDownLatch all = new CountDownLatch(count);
		exchanging(count, all, (sources) -> {
			List<CompletableFuture<AccessToken>> tokens = IntStream.range(0, count)
				.mapToObj((number) -> sources.get("acme" + number).token().toCompletableFuture())
				.toList();
			assertThat(tokens).allSatisfy((token) -> assertThat(token).succeedsWithin(Duration.ofSeconds(60)));
			assertThat(this.tokenEndpoint.requests()).hasSize(1 + count);
		});
	}

	@Test
	void aSupplierThatGetsNoTokenSaysWhy() {
		this.tokenEndpoint.script(Script.json(401, "{\"error\": \"invalid_client\"}"));
		exchanging(1, new CountDownLatch(1), (sources) -> assertThatExceptionOfType(TokenUnavailableException.class)
			.isThrownBy(() -> sources.get("acme0").await())
			.withMessageStartingWith(
					"OAuth2 client 'acme0': no value was supplied for parameters.subject_token, which takes a "
							+ "token of 'default': the token request was refused (invalid_client). Check client-id"));
	}

	@Test
	void aSupplierMayThrowWhatNobodyDeclares() {
		supplying("parameters.nonce", () -> {
			throw undeclared(new IOException("canary"));
		}).run((context) -> assertThatExceptionOfType(TokenUnavailableException.class)
			.isThrownBy(() -> context.getBean(TokenSources.class).get("billing").await())
			.withMessageStartingWith(
					"OAuth2 client 'billing': no value was supplied for parameters.nonce (java.io.IOException at "));
	}

	@SuppressWarnings("unchecked")
	private static <T extends Exception> RuntimeException undeclared(Exception ex) throws T {
		throw (T) ex;
	}

	@Test
	void nothingIsSuppliedAfterTheStart() {
		AtomicReference<Keys> kept = new AtomicReference<>();
		with((keys) -> {
			keys.supply("billing", "parameters.[first.of.all]", () -> "1");
			kept.set(keys);
		}).run((context) -> {
			kept.get().supply("billing", "parameters.late", () -> "1");
			context.getBean(TokenSources.class).get("billing").await();
			assertThat(this.tokenEndpoint.requests()).singleElement()
				.satisfies((request) -> assertThat(parameters(request)).contains("first.of.all=1")
					.doesNotContain("late=1"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "parameters.nonce", "headers.X-Nonce" })
	void aSupplierThatFailsIsNamedButNotQuoted(String key) {
		supplying(key, () -> {
			this.count.incrementAndGet();
			throw new IllegalStateException("canary");
		}).run((context) -> {
			assertThatExceptionOfType(TokenUnavailableException.class)
				.isThrownBy(() -> context.getBean(TokenSources.class).get("billing").await())
				.withMessageStartingWith("OAuth2 client 'billing': no value was supplied for " + key
						+ " (java.lang.IllegalStateException at " + getClass().getName())
				.withMessageContaining("Mend what the OAuthClientCustomizer supplies.")
				.withMessageNotContaining("canary")
				.withNoCause();
			assertThat(this.count).hasValue(3);
			assertThat(this.tokenEndpoint.requests()).isEmpty();
		});
	}

	@Test
	void aSupplierThatWaitsForItsOwnRegistrationIsToldSo() {
		AtomicReference<RestClient> restClient = new AtomicReference<>();
		supplying("parameters.nonce", () -> restClient.get().get().uri("/nonce").retrieve().body(String.class))
			.withPropertyValues("oauth.client.registration.billing.base-url=" + this.tokenEndpoint.url("/api"))
			.run((context) -> {
				restClient.set(context.getBean("billingRestClient", RestClient.class));
				assertThatExceptionOfType(TokenUnavailableException.class)
					.isThrownBy(() -> restClient.get().get().uri("/orders").retrieve().toBodilessEntity())
					.withMessageStartingWith("OAuth2 client 'billing': no value was supplied for parameters.nonce, "
							+ "which takes a token of 'billing': its token request waits for the token that it is to "
							+ "bring. Have what is called while a token is requested use another registration.");
				assertThat(this.tokenEndpoint.requests()).isEmpty();
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary\r\nX-Injected: 1", "canary\u0000", "canary\u00fc" })
	void aHeaderThatCannotBeSentIsNotSent(String value) {
		supplying("headers.X-Nonce", () -> value).run((context) -> {
			assertThatExceptionOfType(TokenUnavailableException.class)
				.isThrownBy(() -> context.getBean(TokenSources.class).get("billing").await())
				.withMessageContaining("'billing': the value supplied for headers.X-Nonce cannot be sent. Have the "
						+ "OAuthClientCustomizer supply printable ASCII characters.")
				.withMessageNotContaining("canary");
			assertThat(this.tokenEndpoint.requests()).isEmpty();
		});
	}

	@Test
	void aParameterMayHaveAnyCharacters() {
		supplying("parameters.nonce", () -> "canary\n&\u00fc=").run((context) -> {
			context.getBean(TokenSources.class).get("billing").await();
			assertThat(this.tokenEndpoint.requests()).singleElement()
				.satisfies((request) -> assertThat(parameters(request)).contains("nonce=canary%0A%26%C3%BC%3D"));
		});
	}

	@Test
	void whatIsSuppliedIsConfidential() {
		this.tokenEndpoint.script(Script.json(400, """
				{"error": "invalid_request", "error_description": "canary/1 was used before, so was canary/2"}"""));
		with((keys) -> keys.supply("billing", "parameters.nonce", this::next)
			.supply("billing", "headers.X-Nonce", this::next))
			.run((context) -> assertThatExceptionOfType(TokenUnavailableException.class)
				.isThrownBy(() -> context.getBean(TokenSources.class).get("billing").await())
				.withMessageContaining("was used before")
				.withMessageNotContaining("canary"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					billing | parameters.client_id  | oauth.client.registration.billing.parameters.client_id (from an OAuthClientCustomizer) is reserved
					billing | parameters.resource   | oauth.client.registration.billing.parameters.resource (from an OAuthClientCustomizer) is reserved
					billing | headers.authorization | oauth.client.registration.billing.headers.authorization (from an OAuthClientCustomizer) is reserved
					default | headers.Host          | oauth.client.headers.Host (from an OAuthClientCustomizer) is reserved
					billing | headers.X Y           | oauth.client.registration.billing.headers (from an OAuthClientCustomizer) contains a name with characters that cannot be sent
					billing | scope                 | oauth.client.registration.billing.scope (from an OAuthClientCustomizer) cannot be supplied for each token request
					biling  | parameters.nonce      | oauth.client.registration.biling (from an OAuthClientCustomizer) is not configured, but values are supplied for it
					Billing | parameters.nonce      | oauth.client.registration.Billing (from an OAuthClientCustomizer) has the same id as 'billing'
					a.b     | parameters.nonce      | oauth.client.registration.a.b (from an OAuthClientCustomizer) has an id with characters
					""")
	void whatCannotBeSuppliedStopsTheStart(String id, String key, String report) {
		with((keys) -> keys.supply(id, key, this::next)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure())).contains(report).doesNotContain("canary");
			assertThat(this.count).hasValue(0);
		});
	}

	@Test
	void anAssertionThatIsTheGrantIsNotSupplied() {
		supplying("parameters.assertion", this::next).withPropertyValues(
				"oauth.client.registration.billing.authorization-grant-type=urn:ietf:params:oauth:grant-type:jwt-bearer")
			.run((context) -> assertThat(Reports.of(context.getStartupFailure())).contains(
					"oauth.client.registration.billing.parameters.assertion (from an OAuthClientCustomizer) is reserved"));
	}

	/**
	 * Exchange the token of the default registration for others (RFC 8693).
	 * @param all open when values for all of them are being supplied
	 */
	private void exchanging(int count, CountDownLatch all, Consumer<TokenSources> test) {
		AtomicReference<TokenSources> sources = new AtomicReference<>();
		Supplier<@Nullable String> token = () -> {
			all.countDown();
			try {
				all.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return sources.get().get("default").token().toCompletableFuture().join().value();
		};
		with((keys) -> IntStream.range(0, count)
			.mapToObj((number) -> "acme" + number)
			.forEach((id) -> keys.set(id, "authorization-grant-type", "urn:ietf:params:oauth:grant-type:token-exchange")
				.set(id, "parameters.subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
				.supply(id, "parameters.subject_token", token)))
			.run((context) -> {
				sources.set(context.getBean(TokenSources.class));
				test.accept(sources.get());
			});
	}

}
