/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;
import org.springframework.security.oauth2.client.ClientAuthorizationException;

import io.github.outboundauth.http.BearerTokenInterceptor;
import io.github.outboundauth.http.BearerTokenRequestFactory;
import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that adds our interceptor to every HTTP client, so that the token
 * request passes through it too.
 */
@Timeout(30)
class TokenRequestRecursionTests {

	private final ScriptedServer server = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withUserConfiguration(EverythingIntercepted.class)
		.withPropertyValues("oauth.client.token-uri=" + this.server.url("/token"), "oauth.client.client-id=orders",
				"oauth.client.client-secret=canary", "oauth.client.client-authentication-method=client_secret_post",
				"oauth.client.base-url=" + this.server.url("/v1"), "oauth.client.http.total-timeout=1h");

	@AfterEach
	void close() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { BearerTokenInterceptor.class, BearerTokenRequestFactory.class })
	void failsAtOnceWithAdvice(Class<?> type) {
		this.runner.withPropertyValues("test.with=" + type.getSimpleName()).run((context) -> {
			TokenSource source = context.getBean(TokenSources.class).get("default");
			assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(source::await)
				.withMessageStartingWith("OAuth2 client 'default': the token request itself passes through the "
						+ "interceptor that adds the token. Remove the interceptor from the "
						+ "ClientHttpRequestFactoryBuilder bean");
			assertThat(this.server.requests()).isEmpty();
		});
	}

	@Test
	void aTokenThatIsThereIsServedMeanwhile() {
		this.runner.withPropertyValues("test.armed=false").run((context) -> {
			EverythingIntercepted application = context.getBean(EverythingIntercepted.class);
			this.server.script((request, socket) -> {
				// Later, a token that is stale may have been replaced already.
				application.armed = true;
				Script
					.json(200,
							"{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":1}")
					.answer(request, socket);
			});
			TokenSource source = context.getBean(TokenSources.class).get("default");
			assertThat(source.await().value()).isEqualTo("a");
			// A stale token is replaced in the background when it is used.
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
				assertThat(source.await().value()).isEqualTo("a");
				return application.refusals.get() > 0;
			});
			assertThat(source.await().value()).isEqualTo("a");
			assertThat(this.server.requests()).hasSize(1);
		});
	}

	@Test
	void tokenRequestsThatBringTheirOwnCredentialsPass() {
		this.runner.withPropertyValues("oauth.client.client-authentication-method=client_secret_basic")
			.run((context) -> assertThat(context.getBean(TokenSources.class).get("default").await().value())
				.isEqualTo("canary-1"));
	}

	@Configuration(proxyBeanMethods = false)
	static class EverythingIntercepted {

		private final AtomicInteger refusals = new AtomicInteger();

		private volatile boolean armed;

		@Bean
		ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> everythingIntercepted(Environment environment,
				ObjectProvider<BearerTokenInterceptor> bearerToken) {
			boolean decorated = "BearerTokenRequestFactory".equals(environment.getProperty("test.with"));
			this.armed = environment.getProperty("test.armed", boolean.class, true);
			return (settings) -> {
				ClientHttpRequestFactory plain = ClientHttpRequestFactoryBuilder.jdk().build(settings);
				return (uri, method) -> {
					if (!this.armed) {
						return plain.createRequest(uri, method);
					}
					return (decorated ? new BearerTokenRequestFactory(plain, bearerToken.getObject())
							: intercepting(plain, bearerToken.getObject()))
						.createRequest(uri, method);
				};
			};
		}

		private ClientHttpRequestFactory intercepting(ClientHttpRequestFactory plain,
				BearerTokenInterceptor bearerToken) {
			return new InterceptingClientHttpRequestFactory(plain, List.of((request, body, execution) -> {
				try {
					return bearerToken.intercept(request, body, execution);
				}
				catch (ClientAuthorizationException ex) {
					this.refusals.incrementAndGet();
					throw ex;
				}
			}));
		}

	}

}
