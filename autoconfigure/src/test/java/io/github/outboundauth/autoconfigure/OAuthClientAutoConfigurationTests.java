/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

class OAuthClientAutoConfigurationTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("token-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "{}"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
				ImperativeHttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
				RestClientAutoConfiguration.class, WebClientAutoConfiguration.class, OAuthClientAutoConfiguration.class,
				OAuthClientRestClientAutoConfiguration.class, OAuthClientSecurityAutoConfiguration.class,
				OAuthClientWebClientAutoConfiguration.class));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	private ApplicationContextRunner configured() {
		return this.runner.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=s3cret", "oauth.client.scope=read,write",
				"oauth.client.base-url=" + this.api.url(""));
	}

	@Test
	void attachesTheSameTokenWithBothClients() {
		configured().run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(WebClient.class).get().uri("/a").retrieve().toBodilessEntity().block();
			context.getBean(RestClient.class).get().uri("/b").retrieve().toBodilessEntity();
			assertThat(this.api.requests()).extracting((request) -> request.header("Authorization"))
				.containsExactly("Bearer token-1", "Bearer token-1");
			assertThat(this.tokenEndpoint.requests()).hasSize(1);
			assertThat(this.tokenEndpoint.requests().get(0).body())
				.isEqualTo("grant_type=client_credentials&scope=read+write");
		});
	}

}
