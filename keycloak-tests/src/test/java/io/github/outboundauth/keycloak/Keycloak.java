/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;

import org.springframework.core.io.ClassPathResource;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.testing.Certificates;

/**
 * Keycloak with the realm of {@code realm.json}. Its name is {@code 127.0.0.1}, where it
 * speaks TLS; {@code localhost} without TLS is how others inside reach it.
 */
final class Keycloak implements AutoCloseable {

	private static final String ADMIN_SECRET = "canary-admin";

	private final Certificates certificates;

	private final String url;

	private final String internalUrl;

	private final KeycloakProcess process;

	private Keycloak(Path directory, int port, int internalPort) throws Exception {
		this.certificates = new Certificates(directory).withClients();
		this.url = "https://127.0.0.1:" + port;
		this.internalUrl = "http://localhost:" + internalPort;
		Path realm = KeycloakProcess.HOME.resolve("data/import/realm.json");
		Files.createDirectories(realm.getParent());
		Files.write(realm, new ClassPathResource("realm.json").getContentAsByteArray());
		this.process = new KeycloakProcess(
				Map.of("KC_BOOTSTRAP_ADMIN_CLIENT_ID", "admin", "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET", ADMIN_SECRET),
				List.of("--http-host=127.0.0.1", "--http-port=" + internalPort, "--https-port=" + port,
						"--https-certificate-file="
								+ Files.writeString(directory.resolve("server.crt"), this.certificates.chain("good")),
						"--https-certificate-key-file=" + Files.writeString(directory.resolve("server.key"),
								this.certificates.key("good").pkcs8()),
						"--https-trust-store-file="
								+ Files.writeString(directory.resolve("authority.crt"), this.certificates.chain("ca")),
						"--https-client-auth=request", "--hostname=" + this.url,
						"--hostname-backchannel-dynamic=true"));
	}

	/**
	 * Start Keycloak and wait until it serves the realm.
	 * @param directory for its files
	 */
	static Keycloak start(Path directory) throws Exception {
		Keycloak keycloak;
		try (ServerSocket port = freePort(); ServerSocket internalPort = freePort()) {
			keycloak = new Keycloak(directory, port.getLocalPort(), internalPort.getLocalPort());
		}
		try {
			Awaitility.await()
				.atMost(Duration.ofMinutes(5))
				.failFast("Keycloak ended, see " + KeycloakProcess.LOG, () -> !keycloak.process.isAlive())
				.until(keycloak::isReady);
			return keycloak;
		}
		catch (Throwable ex) {
			keycloak.close();
			throw ex;
		}
	}

	private static ServerSocket freePort() throws IOException {
		return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
	}

	private boolean isReady() {
		try {
			RestClient.create().get().uri(internalRealm()).retrieve().toBodilessEntity();
			return true;
		}
		catch (ResourceAccessException ex) {
			return false;
		}
	}

	/**
	 * The realm by the server's own name: the issuer of its tokens.
	 */
	String realm() {
		return this.url + "/realms/outbound";
	}

	/**
	 * The server as it is reached from inside.
	 */
	String internalUrl() {
		return this.internalUrl;
	}

	/**
	 * The realm as it is reached from inside.
	 */
	String internalRealm() {
		return this.internalUrl + "/realms/outbound";
	}

	Certificates certificates() {
		return this.certificates;
	}

	/**
	 * What an administrator changes while the server runs.
	 */
	KeycloakAdmin admin() {
		return new KeycloakAdmin(this.internalUrl, ADMIN_SECRET);
	}

	@Override
	public void close() throws IOException {
		this.process.close();
	}

}
