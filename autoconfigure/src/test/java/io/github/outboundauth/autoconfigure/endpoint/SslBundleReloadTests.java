/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of an HTTP client when its SSL bundle is updated, over each HTTP engine.
 * The server answers with the name in the certificate of the client.
 */
@ParameterizedClass
@EnumSource(Engine.class)
@ExtendWith(OutputCaptureExtension.class)
class SslBundleReloadTests {

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer server = new ScriptedServer(certificates.serverSocket("good", true),
			SslBundleReloadTests::sayWhoItIs);

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("idp",
			certificates.sslBundle("first"));

	private final TokenEndpointClients clients;

	SslBundleReloadTests(Engine engine) throws Exception {
		this.clients = new TokenEndpointClients(engine.builder(), HttpClientSettings.defaults(), this.bundles);
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("first");
		certificates.sign("second");
	}

	@AfterEach
	void close() {
		this.clients.destroy();
		this.server.close();
	}

	private static void sayWhoItIs(Request request, Socket socket) throws Exception {
		String name = ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
		Script.send(socket, 200, "", name);
	}

	private ClientHttpRequestFactory factory(Duration readTimeout) {
		return this.clients.factory(new HttpSettings(Duration.ofSeconds(20), readTimeout, "idp", null));
	}

	private ClientHttpRequestFactory factory() {
		return factory(Duration.ofSeconds(60));
	}

	private ClientHttpRequest request(ClientHttpRequestFactory factory) throws IOException {
		ClientHttpRequest request = factory.createRequest(URI.create("https://" + this.server.address() + "/token"),
				HttpMethod.POST);
		request.getBody().write("grant_type=client_credentials".getBytes(StandardCharsets.UTF_8));
		return request;
	}

	private static String answer(ClientHttpRequest request) throws IOException {
		try (ClientHttpResponse response = request.execute()) {
			return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private void update(SslBundle bundle) {
		this.bundles.updateBundle("idp", bundle);
	}

	@Test
	void newRequestsShowTheNewCertificate() throws Exception {
		ClientHttpRequestFactory factory = factory();
		assertThat(answer(request(factory))).isEqualTo("CN=first");
		ClientHttpRequest notSentYet = request(factory);
		update(certificates.sslBundle("second"));
		assertThat(answer(request(factory))).isEqualTo("CN=second");
		assertThat(answer(notSentYet)).isEqualTo("CN=second");
		assertThat(this.server.requests()).hasSize(3)
			.allMatch((request) -> request.body().equals("grant_type=client_credentials"));
	}

	@Test
	void requestsInFlightEndUndisturbed() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		this.server.script((request, socket) -> {
			over.await();
			sayWhoItIs(request, socket);
		});
		ClientHttpRequestFactory factory = factory();
		List<CompletableFuture<String>> inFlight = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			ClientHttpRequest request = request(factory);
			CompletableFuture<String> answer = new CompletableFuture<>();
			inFlight.add(answer);
			new Thread(() -> answer.completeAsync(() -> uncheckedAnswer(request), Runnable::run)).start();
		}
		await().until(() -> this.server.requests().size() == 3);
		this.server.script(SslBundleReloadTests::sayWhoItIs);
		update(certificates.sslBundle("second"));
		assertThat(answer(request(factory))).isEqualTo("CN=second");
		assertThat(inFlight).noneMatch(CompletableFuture::isDone);
		over.countDown();
		for (CompletableFuture<String> answer : inFlight) {
			assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("CN=first");
		}
	}

	private static String uncheckedAnswer(ClientHttpRequest request) {
		try {
			return answer(request);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void tellsWhoListensWhenAllClientsFollow() throws Exception {
		ClientHttpRequestFactory factory = factory();
		ClientHttpRequestFactory other = factory(Duration.ofSeconds(59));
		List<String> seen = new ArrayList<>();
		this.clients.onReload("idp", () -> {
			seen.add(uncheckedAnswer(unchecked(factory)));
			seen.add(uncheckedAnswer(unchecked(other)));
		});
		update(certificates.sslBundle("second"));
		assertThat(seen).containsExactly("CN=second", "CN=second");
	}

	private ClientHttpRequest unchecked(ClientHttpRequestFactory factory) {
		try {
			return request(factory);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void anUpdateThatCannotBeUsedChangesNothingAndIsReportedOnce(CapturedOutput output) throws Exception {
		ClientHttpRequestFactory factory = factory();
		ClientHttpRequestFactory other = factory(Duration.ofSeconds(59));
		List<String> reloads = new ArrayList<>();
		this.clients.onReload("idp", () -> reloads.add("reload"));
		update(certificates.brokenSslBundle("second"));
		update(certificates.brokenSslBundle("second"));
		assertThat(answer(request(factory))).isEqualTo("CN=first");
		assertThat(answer(request(other))).isEqualTo("CN=first");
		assertThat(reloads).isEmpty();
		assertThat(output).containsOnlyOnce("SSL bundle 'idp'")
			.contains("ERROR")
			.contains("SSL bundle 'idp' was updated and cannot be used: the password is wrong."
					+ " The previous certificate stays in use until " + certificates.end("first"))
			.doesNotContain("canary");
		update(certificates.sslBundle("second"));
		assertThat(answer(request(factory))).isEqualTo("CN=second");
		assertThat(reloads).hasSize(1);
	}

	/**
	 * The JDK's client ends when it is collected, and the pause lets its threads notice.
	 */
	@Test
	void aThousandReloadsLeaveNothing() throws Exception {
		ClientHttpRequestFactory factory = factory();
		SslStoreBundle stores = certificates.sslBundle("second").getStores();
		List<WeakReference<SslBundle>> updates = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			SslBundle bundle = SslBundle.of(stores);
			updates.add(new WeakReference<>(bundle));
			update(bundle);
			if (i % 20 == 0) {
				assertThat(answer(request(factory))).isEqualTo("CN=second");
				System.gc();
			}
		}
		update(certificates.sslBundle("first"));
		assertThat(answer(request(factory))).isEqualTo("CN=first");
		await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
			System.gc();
			assertThat(updates).allMatch((update) -> update.get() == null);
			assertThat(clientThreads()).hasSizeLessThan(20);
		});
		await().until(() -> this.server.connections() == 0);
		this.clients.destroy();
		await().atMost(Duration.ofSeconds(60)).until(() -> jettyThreads().isEmpty());
	}

	private static List<String> clientThreads() {
		return threads("HttpClient.*(SelectorManager|@).*");
	}

	private static List<String> jettyThreads() {
		return threads("HttpClient@.*");
	}

	private static List<String> threads(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((it) -> it.matches(name))
			.toList();
	}

}
