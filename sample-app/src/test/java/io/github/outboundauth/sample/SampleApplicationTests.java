/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.StringUtils;

import io.github.outboundauth.sample.servers.SampleServers;
import io.github.outboundauth.token.TokenSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the sample as it starts by default: with its own servers.
 */
@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	private static final String INVENTORY = "[{\"name\":\"bicycle\",\"stock\":12},{\"name\":\"bell\",\"stock\":40}]";

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void allClientsReturnTheAnswerOfTheApiThroughOneToken() throws Exception {
		try (ConfigurableApplicationContext client = start()) {
			for (String path : List.of("/inventory", "/inventory/rest-client", "/inventory/http-service")) {
				HttpResponse<String> response = get(client, path);
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
				assertThat(response.body()).isEqualTo(INVENTORY);
			}
			assertThat(client.getBean(SampleServers.class).tokenRequests()).isEqualTo(1);
		}
	}

	@Test
	void theOtherApiIsCalledWithATokenOfItsOwn() throws Exception {
		try (ConfigurableApplicationContext client = start()) {
			get(client, "/inventory");
			assertThat(get(client, "/prices").body())
				.isEqualTo("[{\"name\":\"bicycle\",\"price\":480},{\"name\":\"bell\",\"price\":9}]");
			assertThat(client.getBean(SampleServers.class).tokenRequests()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/inventory", "/inventory/rest-client", "/inventory/http-service", "/prices" })
	void endpointsAreOpenToEverybody(String path) throws Exception {
		try (ConfigurableApplicationContext client = start()) {
			HttpResponse<String> response = get(client, path);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().map()).doesNotContainKeys("location", "set-cookie", "www-authenticate");
			assertThat(client.containsBean("springSecurityFilterChain")).isFalse();
		}
	}

	@Test
	void jobCallsTheApiWithoutAnyRequest(CapturedOutput output) {
		try (ConfigurableApplicationContext client = start()) {
			await().until(() -> output.getOut().contains("Scheduled call: the API answered 200 OK"));
			assertThat(client.getBean(CallCounter.class).calls()).isEqualTo(1);
			assertThat(client.getBean(SampleServers.class).tokenRequests()).isEqualTo(1);
		}
	}

	@Test
	void pageShowsWhatHappenedInNumbers() throws Exception {
		try (ConfigurableApplicationContext client = start("--sample.servers.token-lifetime=1h")) {
			await().until(() -> client.getBean(CallCounter.class).calls() == 1);
			get(client, "/inventory");
			get(client, "/inventory/rest-client");
			get(client, "/inventory/http-service");
			HttpResponse<String> page = get(client, "/");
			assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
			assertThat(page.body()).contains("<dt>4</dt><dd>calls made")
				.contains("<dt>1</dt><dd>token requests made")
				.containsPattern("<dt>3[56]\\d\\d</dt><dd>seconds left")
				.doesNotContain(token(client), "orders-secret");
		}
	}

	@Test
	void tokenIsReplacedAheadOfTimeWithoutAFailedCall() {
		// Without a replay each call that comes too late would fail.
		try (ConfigurableApplicationContext client = start("--sample.servers.token-lifetime=20s",
				"--oauth.client.replay-unauthorized=false")) {
			SampleServers servers = client.getBean(SampleServers.class);
			List<Integer> statuses = new ArrayList<>();
			await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(() -> {
				statuses.add(get(client, "/inventory").statusCode());
				return servers.tokenRequests() >= 3;
			});
			assertThat(statuses).hasSizeGreaterThan(4).containsOnly(200);
		}
	}

	@Test
	void neitherTokenNorSecretIsPrinted(CapturedOutput output) throws Exception {
		String token;
		try (ConfigurableApplicationContext client = start("--logging.level.io.github.outboundauth=trace",
				"--logging.level.web=debug", "--logging.level.org.springframework.security=debug")) {
			get(client, "/inventory");
			token = token(client);
		}
		assertThat(output).contains("The sample is running").doesNotContain(token, "orders-secret");
	}

	@Test
	void closingTheClientClosesTheServers() {
		ConfigurableApplicationContext client = start();
		URI api = URI.create(client.getEnvironment().getRequiredProperty("oauth.client.base-url"));
		URI inventory = uri(client, "/inventory");
		client.close();
		for (URI uri : List.of(api, inventory)) {
			assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> get(uri));
		}
	}

	@Test
	void serversAreClosedIfTheClientDoesNotStart(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start("--oauth.client.client-id="));
		assertThat(output).contains("oauth.client.client-id is blank");
		await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("http-nio") || name.startsWith("container-")));
	}

	private static ConfigurableApplicationContext start(String... args) {
		// The job calls once at start, and then leaves the numbers alone.
		String[] all = { "--server.port=0", "--sample.servers.port=0", "--sample.job.interval=1h" };
		return SampleApplication.run(StringUtils.concatenateStringArrays(all, args));
	}

	private static String token(ConfigurableApplicationContext client) {
		return client.getBean(TokenSources.class).get("default").await().value();
	}

	private static URI uri(ConfigurableApplicationContext client, String path) {
		return URI
			.create("http://localhost:" + client.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext client, String path)
			throws IOException, InterruptedException {
		return get(uri(client, path));
	}

	private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
	}

}
