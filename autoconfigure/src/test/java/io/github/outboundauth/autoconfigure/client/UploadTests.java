/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.match.MockRestRequestMatchers;
import org.springframework.test.web.client.response.MockRestResponseCreators;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.KeepAliveServer;
import io.github.outboundauth.testing.KeepAliveServer.Answer;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where calls are not repeated after a 401, bodies are not kept in memory.
 */
class UploadTests {

	private static final int MEGABYTE = 1024 * 1024;

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final KeepAliveServer api = new KeepAliveServer((authorization) -> new Answer(
			"Bearer canary-2".equals(authorization) ? 200 : 401, "", String.valueOf(authorization).getBytes()));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.base-url=" + this.api.url("/v1"));

	private final ApplicationContextRunner withoutReplay = this.runner
		.withPropertyValues("oauth.client.replay-unauthorized=false");

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	/**
	 * Send 16 MB, the last of them when the first has arrived.
	 * @return the answer
	 */
	private String stream(RestClient client) {
		long arrived = this.api.received();
		return upload(client,
				() -> Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.api.received() > arrived));
	}

	/**
	 * Send 16 MB, of which nothing arrives before all of it was written.
	 * @return the answer
	 */
	private String uploadAtOnce(RestClient client) {
		long arrived = this.api.received();
		return upload(client, () -> assertThat(this.api.received()).isEqualTo(arrived));
	}

	private static String upload(RestClient client, Runnable beforeTheLast) {
		return client.post().uri("/upload").body((output) -> {
			for (int i = 1; i < 16; i++) {
				output.write(new byte[MEGABYTE]);
			}
			beforeTheLast.run();
			output.write(new byte[MEGABYTE]);
		}).exchange((request, response) -> response.getStatusCode().value() + " " + response.bodyTo(String.class));
	}

	@Test
	void bodiesStreamWithoutReplayAndTheTokenIsReplacedForTheNextCall() {
		this.withoutReplay.run((context) -> {
			RestClient client = context.getBean(RestClient.class);
			assertThat(stream(client)).isEqualTo("401 Bearer canary-1");
			assertThat(stream(client)).isEqualTo("200 Bearer canary-2");
			assertThat(this.api.received()).isEqualTo(32 * MEGABYTE);
		});
	}

	@Test
	void bodiesAreKeptAndSentAgainWithReplay() {
		this.runner.run((context) -> {
			assertThat(uploadAtOnce(context.getBean(RestClient.class))).isEqualTo("200 Bearer canary-2");
			assertThat(this.api.received()).isEqualTo(32 * MEGABYTE);
		});
	}

	@Test
	void aRequestFactoryOfACustomizerIsRespected() {
		MockRestServiceServer[] server = new MockRestServiceServer[1];
		RestClientCustomizer customizer = (builder) -> server[0] = MockRestServiceServer.bindTo(builder).build();
		this.withoutReplay.withBean(RestClientCustomizer.class, () -> customizer).run((context) -> {
			RestClient client = context.getBean(RestClient.class);
			server[0].expect(MockRestRequestMatchers.header("Authorization", "Bearer canary-1"))
				.andExpect(MockRestRequestMatchers.content().string("value"))
				.andRespond(MockRestResponseCreators.withSuccess());
			client.post().uri("/x").body("value").retrieve().toBodilessEntity();
			server[0].verify();
			assertThat(this.api.requests()).isZero();
		});
	}

	@Test
	void aBuilderWithoutARequestFactoryGetsTheInterceptor() {
		this.withoutReplay.withBean(RestClient.Builder.class, RestClient::builder).run((context) -> {
			RestClient client = context.getBean(RestClient.class);
			assertThat(uploadAtOnce(client)).isEqualTo("401 Bearer canary-1");
			assertThat(uploadAtOnce(client)).isEqualTo("200 Bearer canary-2");
		});
	}

	@Test
	void aNativeImageCanTellTheRequestFactory() throws Exception {
		RuntimeHints hints = new RuntimeHints();
		new RestClientFace.Hints().registerHints(hints, null);
		assertThat(RuntimeHintsPredicates.reflection()
			.onFieldAccess("org.springframework.web.client.DefaultRestClientBuilder", "requestFactory")).accepts(hints);
	}

}
