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
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority with the certificates of some servers, made with the JDK's
 * keytool.
 */
public final class Certificates {

	/** Protects the key store of a test, and nothing else. */
	private static final String PASSWORD = "changeit";

	private final Path keyStore;

	private final Path trustStore;

	/**
	 * Create the authority and the certificates {@code good}, {@code expired} and
	 * {@code elsewhere}, which is for another host.
	 * @param directory where the key store is written
	 */
	public Certificates(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
		this.keyStore = directory.resolve("certificates.p12");
		this.trustStore = directory.resolve("authority.p12");
		generate("ca", "-ext", "bc:c");
		generate("good", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
		generate("expired", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
		generate("elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.example.com");
		KeyStore authority = empty();
		authority.setCertificateEntry("ca", all().getCertificate("ca"));
		try (OutputStream stream = Files.newOutputStream(this.trustStore)) {
			authority.store(stream, PASSWORD.toCharArray());
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

	private void generate(String alias, String... options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-keystore", this.keyStore.toString(),
						"-storepass", PASSWORD));
		command.addAll(List.of(options));
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
	 * A server socket on the loopback address.
	 * @param alias the certificate it shows
	 * @param clientCertificate whether it wants one in return
	 */
	public SSLServerSocket serverSocket(String alias, boolean clientCertificate)
			throws IOException, GeneralSecurityException {
		KeyStore all = all();
		KeyStore one = empty();
		one.setKeyEntry(alias, all.getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
				all.getCertificateChain(alias));
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(one, PASSWORD.toCharArray());
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(all);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
		socket.setNeedClientAuth(clientCertificate);
		return socket;
	}

}
