/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.X509CertUtils;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * A certificate authority with the certificates of some servers and clients, made with
 * the JDK's keytool.
 */
public final class Certificates {

	/** Protects the key store of a test, and nothing else. */
	private static final String PASSWORD = "canary-store";

	private final Path keyStore;

	private final Path trustStore;

	/**
	 * Create the authority and the certificate {@code good} of a server on this machine.
	 * @param directory where the key stores are written
	 */
	public Certificates(Path directory) throws Exception {
		this.keyStore = directory.resolve("certificates.p12");
		this.trustStore = directory.resolve("authority.p12");
		generate("ca", "authority", "-ext", "bc:c");
		generate("good", "good", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
		trustOnly("ca");
	}

	/**
	 * Add the certificates {@code expired} and {@code elsewhere}, which is for another
	 * host.
	 */
	public Certificates withBadServers() throws Exception {
		generate("expired", "expired", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity",
				"5");
		generate("elsewhere", "elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.example.com");
		return this;
	}

	/**
	 * Add certificates of a client named {@code CN=orders}: {@code client} and
	 * {@code next-client} that the authority signed, {@code self-signed} and
	 * {@code next-self-signed} that nobody else did.
	 */
	public Certificates withClients() throws Exception {
		generate("client", "orders", "-signer", "ca");
		generate("next-client", "orders", "-signer", "ca");
		generate("self-signed", "orders");
		generate("next-self-signed", "orders");
		trustOnly("ca", "self-signed", "next-self-signed");
		return this;
	}

	private void trustOnly(String... aliases) throws IOException, GeneralSecurityException {
		KeyStore trusted = empty();
		for (String alias : aliases) {
			trusted.setCertificateEntry(alias, all().getCertificate(alias));
		}
		store(trusted, this.trustStore);
	}

	private static void store(KeyStore keyStore, Path file) throws IOException, GeneralSecurityException {
		try (OutputStream stream = Files.newOutputStream(file)) {
			keyStore.store(stream, PASSWORD.toCharArray());
		}
	}

	private static KeyStore empty() throws IOException, GeneralSecurityException {
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		keyStore.load(null, null);
		return keyStore;
	}

	private KeyStore all() throws IOException, GeneralSecurityException {
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(this.keyStore)) {
			keyStore.load(stream, PASSWORD.toCharArray());
		}
		return keyStore;
	}

	private KeyStore only(String alias) throws IOException, GeneralSecurityException {
		KeyStore only = empty();
		only.setKeyEntry(alias, all().getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
				all().getCertificateChain(alias));
		return only;
	}

	private void generate(String alias, String name, String... options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-dname", "CN=" + name, "-keystore", this.keyStore.toString(), "-storepass", PASSWORD));
		command.addAll(List.of(options));
		if (!command.contains("-keyalg")) {
			command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
		}
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
			process.destroyForcibly();
			throw new IllegalStateException("keytool made no certificate " + alias);
		}
	}

	/**
	 * The properties that make Spring Boot's HTTP clients trust the authority.
	 */
	public String[] trust() {
		return new String[] { "spring.ssl.bundle.jks.test.truststore.location=file:" + this.trustStore,
				"spring.ssl.bundle.jks.test.truststore.password=" + PASSWORD,
				"spring.ssl.bundle.jks.test.truststore.type=PKCS12", "spring.http.clients.ssl.bundle=test" };
	}

	/**
	 * The properties that make Spring Boot's server show the certificate {@code good} and
	 * ask its clients for theirs.
	 */
	public String[] server() {
		return new String[] { "server.ssl.key-store=" + this.keyStore, "server.ssl.key-store-password=" + PASSWORD,
				"server.ssl.key-alias=good", "server.ssl.trust-store=" + this.trustStore,
				"server.ssl.trust-store-password=" + PASSWORD, "server.ssl.client-auth=want" };
	}

	/**
	 * The properties of an SSL bundle that shows a certificate and trusts the authority.
	 * @param bundle its name
	 * @param alias the certificate, the only one in its key store: to a server a client
	 * shows any of several, whatever the alias of the bundle says
	 */
	public String[] bundle(String bundle, String alias) throws IOException, GeneralSecurityException {
		Path keyStore = this.keyStore.resolveSibling(alias + ".p12");
		store(only(alias), keyStore);
		String prefix = "spring.ssl.bundle.jks." + bundle + ".";
		return new String[] { prefix + "keystore.location=file:" + keyStore, prefix + "keystore.password=" + PASSWORD,
				prefix + "key.alias=" + alias, prefix + "truststore.location=file:" + this.trustStore,
				prefix + "truststore.password=" + PASSWORD };
	}

	/**
	 * The PKCS#12 file with all keys and certificates.
	 */
	public Path keyStore() {
		return this.keyStore;
	}

	/**
	 * A certificate.
	 */
	public X509Certificate certificate(String alias) throws IOException, GeneralSecurityException {
		return (X509Certificate) all().getCertificate(alias);
	}

	/**
	 * The key that a certificate is for.
	 */
	public TestKey key(String alias) throws IOException, GeneralSecurityException {
		KeyStore all = all();
		return new TestKey(alias, new KeyPair(all.getCertificate(alias).getPublicKey(),
				(PrivateKey) all.getKey(alias, PASSWORD.toCharArray())));
	}

	/**
	 * A certificate and those who signed it, as a PEM file has them.
	 */
	public String chain(String alias) throws IOException, GeneralSecurityException {
		StringBuilder chain = new StringBuilder();
		for (Certificate certificate : all().getCertificateChain(alias)) {
			chain.append(TestKey.pem("CERTIFICATE", certificate.getEncoded()));
		}
		return chain.toString();
	}

	/**
	 * What tells a certificate from others: its SHA-256 in Base64URL, {@code x5t#S256}.
	 */
	public String thumbprint(String alias) throws IOException, GeneralSecurityException {
		return X509CertUtils.computeSHA256Thumbprint(certificate(alias)).toString();
	}

	/**
	 * A certificate with its key as a JWK.
	 */
	public JWK jwk(String alias) throws IOException, GeneralSecurityException {
		return new ECKey.Builder(key(alias).jwk().toECKey())
			.x509CertChain(List.of(Base64.encode(all().getCertificate(alias).getEncoded())))
			.build();
	}

	/**
	 * A server socket on the loopback address.
	 * @param alias the certificate it shows
	 * @param clientCertificate whether it wants one in return
	 */
	public SSLServerSocket serverSocket(String alias, boolean clientCertificate)
			throws IOException, GeneralSecurityException {
		KeyStore one = only(alias);
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(one, PASSWORD.toCharArray());
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(all());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
		socket.setNeedClientAuth(clientCertificate);
		return socket;
	}

	/**
	 * Add a certificate that the authority signed.
	 * @param alias its name
	 * @param options further ones of keytool, such as {@code -validity}
	 */
	public void sign(String alias, String... options) throws IOException, InterruptedException {
		generate(alias, alias, Stream.concat(Stream.of("-signer", "ca"), Stream.of(options)).toArray(String[]::new));
	}

	/**
	 * An SSL bundle that trusts the authority and shows one certificate.
	 * @param alias the certificate, or {@code null} for none
	 */
	public SslBundle sslBundle(String alias) throws IOException, GeneralSecurityException {
		KeyStore authority = empty();
		authority.setCertificateEntry("ca", certificate("ca"));
		return SslBundle.of(SslStoreBundle.of((alias != null) ? only(alias) : empty(), PASSWORD, authority));
	}

	/**
	 * The same with a wrong password for its key.
	 */
	public SslBundle brokenSslBundle(String alias) throws IOException, GeneralSecurityException {
		return SslBundle.of(sslBundle(alias).getStores(), SslBundleKey.of("canary-wrong"));
	}

	/**
	 * When a certificate ends.
	 */
	public Instant end(String alias) throws IOException, GeneralSecurityException {
		return ((X509Certificate) all().getCertificate(alias)).getNotAfter().toInstant();
	}

}
