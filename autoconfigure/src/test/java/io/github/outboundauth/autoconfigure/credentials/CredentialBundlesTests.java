/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;

import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.Secrets;
import io.github.outboundauth.testing.TestKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class CredentialBundlesTests {

	private static final String PASSWORD = "canary";

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();

	private final CredentialBundles bundles = new CredentialBundles(this.registry);

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
	}

	@Test
	void readsTheKeyStoresThatBootConfigures() throws Exception {
		SigningKey expected = key("good", "id");
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
			.withPropertyValues(certificates.bundle("orders", "good"))
			.run((context) -> assertThat(
					new CredentialBundles(context.getBean(SslBundles.class)).key("orders", "id", null).get())
				.isEqualTo(new Credential<>(expected, null)));
	}

	@Test
	void readsPem() throws Exception {
		TestKey key = certificates.key("good");
		PemSslStoreDetails details = PemSslStoreDetails.forCertificate(certificates.chain("good"))
			.withPrivateKey(key.pkcs8());
		register(new PemSslStoreBundle(details, null), SslBundleKey.NONE);
		assertThat(get()).isEqualTo(new Credential<>(key("good", null), null));
	}

	@Test
	void readsEncryptedPemWithAPasswordForTheKeyOfItsOwn() throws Exception {
		PemSslStore store = PemSslStore
			.load(PemSslStoreDetails.forCertificate(certificates.chain("good"))
				.withPrivateKey(certificates.key("good").encryptedPkcs8())
				.withPrivateKeyPassword(TestKey.PASSWORD))
			.withPassword(PASSWORD);
		register(new PemSslStoreBundle(store, null), SslBundleKey.of(PASSWORD));
		assertThat(get()).isEqualTo(new Credential<>(key("good", null), null));
	}

	@Test
	void signsWithTheConfiguredAlgorithm() throws Exception {
		register(store("good"), SslBundleKey.NONE);
		assertThat(this.bundles.key("orders", null, "ES256").get().value().algorithms()).containsExactly("ES256");
		refused(this.bundles.key("orders", null, "RS256"),
				"names 'orders', which is an EC key on P-256, which cannot sign with RS256",
				"leave out assertion.algorithm, or write one of [ES256]");
	}

	@Test
	void choosesTheKeyOfTheAlias() throws Exception {
		register(store("good", "ca"), SslBundleKey.of(null, "CA"));
		assertThat(get().value()).isEqualTo(key("ca", null));
	}

	@Test
	void refusesAnUnknownBundle() {
		refused(this.bundles.key("orders", null, null), "names 'orders', which is no SSL bundle",
				"configure it under spring.ssl.bundle");
		this.registry.registerBundle("b", SslBundle.of(SslStoreBundle.NONE));
		this.registry.registerBundle("a", SslBundle.of(SslStoreBundle.NONE));
		refused(this.bundles.key("orders", null, null), "names 'orders', which is no SSL bundle",
				"write one of [a, b]");
	}

	@Test
	void refusesABundleWithoutKey() throws Exception {
		String remedy = "add a key store with a private key to the bundle";
		register(SslStoreBundle.NONE, SslBundleKey.NONE);
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds no key", remedy);
		KeyStore trusted = empty();
		trusted.setCertificateEntry("ca", certificates.certificate("ca"));
		update(SslStoreBundle.of(trusted, null, null), SslBundleKey.NONE);
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds no key", remedy);
		KeyStore secret = empty();
		secret.setKeyEntry("secret", new SecretKeySpec(PASSWORD.getBytes(), "AES"), PASSWORD.toCharArray(), null);
		update(SslStoreBundle.of(secret, PASSWORD, null), SslBundleKey.NONE);
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds a key that is not private",
				remedy);
	}

	@Test
	void refusesSeveralKeysWithoutAlias() throws Exception {
		register(store("ca", "good"), SslBundleKey.NONE);
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds 2 keys",
				"write one of [ca, good] as key.alias of the bundle");
	}

	@Test
	void refusesAnAliasThatIsNotThere() throws Exception {
		register(store("ca", "good"), SslBundleKey.of(null, "bad"));
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds no key with the alias 'bad'",
				"write one of [ca, good] as key.alias of the bundle");
	}

	@Test
	void refusesAWrongPasswordOfTheKey() throws Exception {
		register(store("good"), SslBundleKey.of("canary-2"));
		refused(this.bundles.key("orders", null, null), "names 'orders', which holds a key with another password",
				"correct key.password of the bundle");
	}

	@Test
	void refusesAKeyStoreThatCannotBeRead() throws Exception {
		Path file = Files.writeString(directory.resolve("damaged.p12"), "canary");
		register(new JksSslStoreBundle(new JksSslStoreDetails("PKCS12", null, "file:" + file, PASSWORD), null),
				SslBundleKey.NONE);
		refused(this.bundles.key("orders", null, null), "names 'orders', which cannot be read (IllegalStateException)",
				"check the locations, types and passwords of the bundle");
	}

	@Test
	void followsUpdates() throws Exception {
		register(store("good"), SslBundleKey.NONE);
		Supplier<Credential<SigningKey>> key = this.bundles.key("orders", null, null);
		SigningKey first = key.get().value();
		assertThat(key.get().value()).isSameAs(first);
		update(store("ca"), SslBundleKey.NONE);
		assertThat(key.get()).isEqualTo(new Credential<>(key("ca", null), null));
	}

	@Test
	void keepsTheKeyWhileTheUpdateCannotBeRead() throws Exception {
		register(store("good"), SslBundleKey.NONE);
		Supplier<Credential<SigningKey>> key = this.bundles.key("orders", null, null);
		SigningKey first = key.get().value();
		Path file = Files.writeString(directory.resolve("half.p12"), "canary");
		String password = "canary-store";
		update(new JksSslStoreBundle(new JksSslStoreDetails("PKCS12", null, "file:" + file, password), null),
				SslBundleKey.of(null, "good"));
		assertThat(key.get().value()).isSameAs(first);
		assertThat(key.get().remark())
			.isEqualTo("assertion.ssl-bundle names 'orders', which cannot be read (IllegalStateException); "
					+ "what was read before is used");
		Files.write(file, Files.readAllBytes(certificates.keyStore()));
		assertThat(key.get().value()).isNotSameAs(first).isEqualTo(first);
		assertThat(key.get().remark()).isNull();
	}

	@Test
	void updateOfTheBundleIsNoReasonToWarn(CapturedOutput output) throws Exception {
		register(store("good"), SslBundleKey.NONE);
		this.bundles.key("orders", null, null).get();
		update(store("ca"), SslBundleKey.NONE);
		assertThat(output).doesNotContain("doesn't support SSL reloading");
	}

	private Credential<SigningKey> get() {
		return this.bundles.key("orders", null, null).get();
	}

	private void register(SslStoreBundle stores, SslBundleKey key) {
		this.registry.registerBundle("orders", SslBundle.of(stores, key));
	}

	private void update(SslStoreBundle stores, SslBundleKey key) {
		this.registry.updateBundle("orders", SslBundle.of(stores, key));
	}

	private static SslStoreBundle store(String... aliases) throws Exception {
		KeyStore keyStore = empty();
		for (String alias : aliases) {
			X509Certificate certificate = certificates.certificate(alias);
			keyStore.setKeyEntry(alias, privateKey(alias), PASSWORD.toCharArray(), new Certificate[] { certificate });
		}
		return SslStoreBundle.of(keyStore, PASSWORD, null);
	}

	private static KeyStore empty() throws Exception {
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		keyStore.load(null, null);
		return keyStore;
	}

	private static PrivateKey privateKey(String alias) throws Exception {
		return certificates.key(alias).pair().getPrivate();
	}

	private static SigningKey key(String alias, @Nullable String id) throws Exception {
		return SigningKey.of(privateKey(alias), certificates.certificate(alias), id, null);
	}

	private static void refused(Supplier<Credential<SigningKey>> key, String problem, String remedy) {
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(key::get)
			.withNoCause()
			.withMessage(problem + "; " + remedy)
			.matches((ex) -> !Secrets.areIn(ex.toString()));
	}

}
