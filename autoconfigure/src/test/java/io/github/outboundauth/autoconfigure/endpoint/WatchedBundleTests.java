/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients.Reload;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.testing.Certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What is said of SSL bundles, whatever the HTTP engine is.
 */
@ExtendWith(OutputCaptureExtension.class)
class WatchedBundleTests {

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	private final TokenEndpointClients clients = clients(this.bundles);

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("first");
		certificates.sign("rsa", "-keyalg", "RSA", "-keysize", "2048", "-validity", "200");
		certificates.sign("ed25519", "-keyalg", "Ed25519");
		certificates.sign("ending", "-validity", "6");
		certificates.sign("ended", "-startdate", "-10d", "-validity", "5");
	}

	@AfterEach
	void close() {
		this.clients.destroy();
	}

	private static TokenEndpointClients clients(SslBundles bundles) {
		return new TokenEndpointClients(Engine.SIMPLE.builder(), HttpClientSettings.defaults(), bundles);
	}

	private static HttpSettings settings(String bundle, int readTimeout) {
		return new HttpSettings(Duration.ofSeconds(1), Duration.ofSeconds(readTimeout), bundle, null);
	}

	private void assertInvalid(String problem) {
		assertThatExceptionOfType(InvalidHttpSettingsException.class)
			.isThrownBy(() -> this.clients.factory(settings("idp", 5)))
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.key()).isEqualTo("http.ssl.bundle"))
			.satisfies((ex) -> assertThat(ex.problem()).isEqualTo("names the SSL bundle 'idp', " + problem))
			.satisfies((ex) -> assertThat(ex).hasMessage(ex.key() + " " + ex.problem() + ". " + ex.remedy() + "."));
	}

	@Test
	void equalSettingsShareAClient() throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		assertThat(this.clients.factory(settings("idp", 5))).isSameAs(this.clients.factory(settings("idp", 5)))
			.isNotSameAs(this.clients.factory(settings("idp", 6)))
			.isNotSameAs(this.clients.factory(settings(null, 5)));
	}

	@Test
	void aBundleThatDoesNotExistIsRefused() throws Exception {
		this.bundles.registerBundle("other", certificates.sslBundle("first"));
		assertInvalid("which does not exist");
		assertThatExceptionOfType(InvalidHttpSettingsException.class).isThrownBy(() -> this.clients.hasClientKey("idp"))
			.satisfies((ex) -> assertThat(ex.remedy()).endsWith("or write one of [other]"));
	}

	@Test
	void aBundleIsRefusedWhereThereAreNone() {
		TokenEndpointClients clients = clients(null);
		assertThatExceptionOfType(InvalidHttpSettingsException.class)
			.isThrownBy(() -> clients.factory(settings("idp", 5)))
			.withMessageContaining("the application has none");
		assertThat(clients.factory(settings(null, 5))).isNotNull();
	}

	static Stream<Arguments> unusable() throws Exception {
		Path keyStore = directory.resolve("certificates.p12");
		Path garbage = Files.writeString(directory.resolve("garbage.pem"), "canary");
		Path key = Files.writeString(directory.resolve("key.pem"), certificates.key("first").pkcs8());
		Path broken = Files.writeString(directory.resolve("broken.pem"),
				"-----BEGIN CERTIFICATE-----\nY2FuYXJ5\n-----END CERTIFICATE-----\n");
		return Stream.of(Arguments.of(jks(directory.resolve("none.p12"), "canary"), "a file is missing"),
				Arguments.of(jks(keyStore, "canary-wrong"), "the password is wrong"),
				Arguments.of(jks(garbage, "canary"), "a key, a certificate or an option is wrong"),
				Arguments.of(pem(directory.resolve("none.pem"), key), "a file is missing"),
				Arguments.of(pem(broken, key), "a certificate is damaged"),
				Arguments.of(pem(garbage, key), "a key, a certificate or an option is wrong"),
				Arguments.of(certificates.brokenSslBundle("first"), "the password is wrong"));
	}

	private static SslBundle jks(Path location, String password) {
		return SslBundle
			.of(new JksSslStoreBundle(new JksSslStoreDetails("PKCS12", null, "file:" + location, password), null));
	}

	private static SslBundle pem(Path certificate, Path key) {
		return SslBundle.of(new PemSslStoreBundle(
				PemSslStoreDetails.forCertificate("file:" + certificate).withPrivateKey("file:" + key), null));
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void aBundleThatCannotBeUsedIsRefused(SslBundle bundle, String problem) {
		this.bundles.registerBundle("idp", bundle);
		assertInvalid("which cannot be used: " + problem);
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void anUpdateThatCannotBeUsedIsReportedWithoutItsContent(SslBundle bundle, String problem, CapturedOutput output)
			throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		this.clients.factory(settings("idp", 5));
		this.bundles.updateBundle("idp", bundle);
		assertThat(output)
			.contains("SSL bundle 'idp' was updated and cannot be used: " + problem
					+ ". The previous certificate stays in use until " + certificates.end("first")
					+ ". Correct spring.ssl.bundle.*.idp")
			.doesNotContain("canary");
		assertThat(this.clients.certificateEnd("idp")).isEqualTo(certificates.end("first"));
	}

	@Test
	void eachUpdateThatCannotBeUsedIsReportedAfterOneThatCould(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle(null));
		this.clients.factory(settings("idp", 5));
		this.bundles.updateBundle("idp", certificates.brokenSslBundle("first"));
		this.bundles.updateBundle("idp", certificates.sslBundle(null));
		this.bundles.updateBundle("idp", certificates.brokenSslBundle("first"));
		assertThat(output.toString().lines().filter((line) -> line.contains("What was loaded before stays in use")))
			.hasSize(2);
	}

	@ParameterizedTest
	@MethodSource("keys")
	void aBundleWithAKeyShowsWhoTheClientIs(String alias) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle(alias));
		assertThat(this.clients.hasClientKey("idp")).isTrue();
		assertThat(this.clients.certificateEnd("idp")).isEqualTo(certificates.end(alias));
	}

	static Stream<String> keys() {
		return Stream.of("first", "rsa", "ed25519");
	}

	@Test
	void aBundleMayHaveAKeyWithoutAKeyStore() throws Exception {
		SslManagerBundle managers = certificates.sslBundle("first").getManagers();
		this.bundles.registerBundle("idp", SslBundle.of(null, null, null, null, managers));
		assertThat(this.clients.certificateEnd("idp")).isEqualTo(certificates.end("first"));
	}

	@Test
	void aBundleThatOnlyTrustsDoesNotShowWhoTheClientIs(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle(null));
		assertThat(this.clients.hasClientKey("idp")).isFalse();
		assertThat(this.clients.certificateEnd("idp")).isNull();
		assertThat(output).doesNotContain("SSL bundle");
	}

	@Test
	void warnsOnceOfACertificateThatEndsSoon(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("ending"));
		this.clients.factory(settings("idp", 5));
		this.clients.factory(settings("idp", 6));
		assertThat(output).contains("WARN")
			.containsOnlyOnce("SSL bundle 'idp': its client certificate ends at " + certificates.end("ending")
					+ ". Have it renewed");
	}

	@Test
	void warnsOnceOfACertificateWhoseEndComesNearWhileItIsInUse(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		WatchedBundle bundle = WatchedBundle.of("idp", this.bundles);
		Instant end = certificates.end("first");
		bundle.warn(end.minus(Duration.ofDays(8)));
		assertThat(output).doesNotContain("SSL bundle");
		bundle.warn(end.minus(Duration.ofDays(6)));
		bundle.warn(end.minus(Duration.ofDays(5)));
		assertThat(output)
			.containsOnlyOnce("SSL bundle 'idp': its client certificate ends at " + end + ". Have it renewed");
		bundle.warn(end.plusSeconds(1));
		bundle.warn(end.plusSeconds(2));
		assertThat(output)
			.containsOnlyOnce("SSL bundle 'idp': its client certificate ended at " + end + ". Have it renewed");
	}

	@Test
	void tellsThatAnotherClientCertificateIsInUse(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		this.clients.factory(settings("idp", 5));
		this.bundles.updateBundle("idp", certificates.sslBundle("first"));
		assertThat(output).doesNotContain("SSL bundle");
		this.bundles.updateBundle("idp", certificates.sslBundle("rsa"));
		assertThat(output).contains("INFO")
			.containsOnlyOnce("SSL bundle 'idp' has another client certificate, which is in use now");
	}

	@Test
	void warnsOfACertificateThatEndedWhenItIsLoaded(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		this.clients.factory(settings("idp", 5));
		assertThat(output).doesNotContain("SSL bundle");
		this.bundles.updateBundle("idp", certificates.sslBundle("ended"));
		assertThat(output).containsOnlyOnce(
				"SSL bundle 'idp': its client certificate ended at " + certificates.end("ended") + ". Have it renewed");
	}

	@Test
	void aListenerThatFailsKeepsNoOtherFromBeingTold() throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		List<String> told = new ArrayList<>();
		this.clients.onReload("idp", () -> {
			throw new IllegalStateException("of the test");
		});
		this.clients.onReload("idp", () -> told.add("second"));
		this.bundles.addBundleUpdateHandler("idp", (bundle) -> told.add("another of the application"));
		this.bundles.updateBundle("idp", certificates.sslBundle("rsa"));
		assertThat(told).containsExactly("second", "another of the application");
	}

	@Test
	void anUpdateThatOneClientCannotUseIsUsedByNone(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		SslBundle refused = certificates.sslBundle("rsa");
		List<String> events = new ArrayList<>();
		this.clients.onReload("idp", () -> events.add("listener"));
		this.clients.follow("idp", (bundle) -> "client",
				(client, bundle) -> new Reload(() -> events.add("completed"), () -> events.add("cancelled")));
		this.clients.follow("idp", (bundle) -> "picky", (client, bundle) -> {
			if (bundle == refused) {
				throw new IllegalStateException("canary");
			}
			return new Reload(() -> events.add("picky completed"), () -> events.add("picky cancelled"));
		});
		this.bundles.updateBundle("idp", refused);
		assertThat(events).containsExactly("cancelled");
		assertThat(this.clients.certificateEnd("idp")).isEqualTo(certificates.end("first"));
		assertThat(output).contains("The previous certificate stays in use").doesNotContain("canary");
		events.clear();
		this.bundles.updateBundle("idp", certificates.sslBundle("rsa"));
		assertThat(events).containsExactly("completed", "picky completed", "listener");
	}

	@Test
	void aClientThatIsMadeAndNotUsedIsClosed() throws Exception {
		List<String> destroyed = new ArrayList<>();
		SslBundle second = certificates.sslBundle("rsa");
		ReloadableClient client = new ReloadableClient(
				(bundle) -> new DestroyedClient(() -> destroyed.add((bundle == second) ? "second" : "first")),
				List.of(), certificates.sslBundle("first"));
		client.reload(second).cancel().run();
		assertThat(destroyed).containsExactly("second");
		client.reload(second).complete().run();
		assertThat(destroyed).containsExactly("second", "first");
		client.close();
		assertThat(destroyed).containsExactly("second", "first", "second");
	}

	@Test
	void tellsNobodyOfAnUpdateWithTheSameCertificate() throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		List<String> told = new ArrayList<>();
		this.clients.onReload("idp", () -> told.add("reload"));
		this.bundles.updateBundle("idp", certificates.sslBundle("first"));
		assertThat(told).isEmpty();
		this.bundles.updateBundle("idp", certificates.sslBundle("rsa"));
		assertThat(told).containsExactly("reload");
	}

	@Test
	void followsNoUpdateAfterItWasClosed(CapturedOutput output) throws Exception {
		this.bundles.registerBundle("idp", certificates.sslBundle("first"));
		this.clients.factory(settings("idp", 5));
		List<String> told = new ArrayList<>();
		this.clients.onReload("idp", () -> told.add("reload"));
		this.clients.destroy();
		this.bundles.updateBundle("idp", certificates.sslBundle("ended"));
		this.bundles.updateBundle("idp", certificates.brokenSslBundle("first"));
		assertThat(told).isEmpty();
		assertThat(output).doesNotContain("SSL bundle");
	}

	@Test
	void followsFilesThatSpringBootWatches(@TempDir Path files) throws Exception {
		Path key = Files.writeString(files.resolve("tls.key"), certificates.key("first").pkcs8());
		Path certificate = Files.writeString(files.resolve("tls.crt"), certificates.chain("first"));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
			.withPropertyValues("spring.ssl.bundle.watch.file.quiet-period=100ms",
					"spring.ssl.bundle.pem.idp.reload-on-update=true",
					"spring.ssl.bundle.pem.idp.keystore.private-key=file:" + key,
					"spring.ssl.bundle.pem.idp.keystore.certificate=file:" + certificate)
			.run((context) -> {
				TokenEndpointClients clients = clients(context.getBean(SslBundles.class));
				CountDownLatch reloaded = new CountDownLatch(1);
				clients.onReload("idp", reloaded::countDown);
				Files.writeString(key, certificates.key("rsa").pkcs8());
				Files.writeString(certificate, certificates.chain("rsa"));
				assertThat(reloaded.await(60, TimeUnit.SECONDS)).isTrue();
				await().atMost(Duration.ofSeconds(60))
					.until(() -> certificates.end("rsa").equals(clients.certificateEnd("idp")));
				clients.destroy();
			});
	}

	private record DestroyedClient(Runnable destroyed) implements ClientHttpRequestFactory, DisposableBean {

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void destroy() {
			this.destroyed.run();
		}

	}

}
