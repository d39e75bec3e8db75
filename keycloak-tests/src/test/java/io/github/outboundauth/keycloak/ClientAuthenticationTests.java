/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWKSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.TestKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way a client proves itself to Keycloak.
 */
@ExtendWith(KeycloakExtension.class)
class ClientAuthenticationTests {

	private static final String SECRET_OF_64_BYTES = "canary-0123456789-0123456789-0123456789-0123456789-0123456789-01";

	private final Keycloak keycloak;

	@TempDir
	private Path directory;

	ClientAuthenticationTests(Keycloak keycloak) {
		this.keycloak = keycloak;
	}

	@ParameterizedTest
	@CsvSource({ "basic, client_secret_basic, canary-basic", "post, client_secret_post, canary +/:%&=ö" })
	void aSecretIsSent(String client, String method, String secret) {
		assertAccepted(client, application("oauth.client.client-authentication-method=" + method,
				"oauth.client.client-secret=" + secret));
	}

	@ParameterizedTest
	@ValueSource(strings = { "HS256", "HS384", "HS512" })
	void aSecretSigns(String algorithm) {
		assertAccepted("secret-jwt", application("oauth.client.client-authentication-method=client_secret_jwt",
				"oauth.client.client-secret=" + SECRET_OF_64_BYTES, "oauth.client.assertion.algorithm=" + algorithm));
	}

	@ParameterizedTest
	@ValueSource(strings = { "RS256", "RS512", "PS256", "PS384" })
	void anRsaKeySigns(String algorithm) throws Exception {
		TestKey key = TestKey.rsa("rsa", 2048);
		this.keycloak.admin().trust("key", key.jwk());
		// Without an id, Keycloak takes an RSA key for one of RS256.
		assertAccepted("key", application("oauth.client.assertion.key-location=" + file(key.pkcs8()),
				"oauth.client.assertion.key-id=rsa", "oauth.client.assertion.algorithm=" + algorithm));
	}

	@ParameterizedTest
	@ValueSource(strings = { "secp256r1", "secp384r1", "secp521r1" })
	void aKeyOnACurveSigns(String curve) throws Exception {
		TestKey key = TestKey.ec("ec", curve);
		this.keycloak.admin().trust("key", key.jwk());
		assertAccepted("key", application("oauth.client.assertion.key-location=" + file(key.pkcs8())));
	}

	@Test
	void anEdwardsKeySigns() throws Exception {
		TestKey key = TestKey.ed25519("ed25519");
		this.keycloak.admin().trust("key", key.jwk());
		assertAccepted("key", application("oauth.client.assertion.key-location=" + file(key.pkcs8())));
	}

	@Test
	void theKeyWithTheIdSigns() throws Exception {
		TestKey key = TestKey.rsa("this", 2048);
		this.keycloak.admin().trust("key", key.jwk());
		String set = new JWKSet(List.of(TestKey.rsa("other", 2048).jwk(), key.jwk())).toString(false);
		assertAccepted("key",
				application("oauth.client.assertion.key-location=" + file(set), "oauth.client.assertion.key-id=this"));
	}

	@Test
	void theKeyOfAnSslBundleSigns() throws Exception {
		this.keycloak.admin().trust("key", this.keycloak.certificates().jwk("client"));
		assertAccepted("key", application("oauth.client.assertion.ssl-bundle=signing")
			.withPropertyValues(this.keycloak.certificates().bundle("signing", "client")));
	}

	@Test
	void aTokenUriOfAnotherNameNeedsTheIssuerAsAudience() throws Exception {
		TestKey key = TestKey.rsa("rsa", 2048);
		this.keycloak.admin().trust("key", key.jwk());
		assertAccepted("key",
				Application.calling(this.keycloak)
					.withPropertyValues(
							"oauth.client.token-uri=" + this.keycloak.internalRealm()
									+ "/protocol/openid-connect/token",
							"oauth.client.assertion.key-location=" + file(key.pkcs8()),
							"oauth.client.assertion.audience=" + this.keycloak.realm()));
	}

	@Test
	void aCertificateIsShownAndTheTokenBoundToIt() throws Exception {
		Certificates certificates = this.keycloak.certificates();
		ApplicationContextRunner application = application("oauth.client.client-id=certificate",
				"oauth.client.client-authentication-method=tls_client_auth", "oauth.client.http.ssl.bundle=client",
				"spring.http.clients.ssl.bundle=client",
				"spring.ssl.bundle.pem.client.keystore.certificate=" + certificates.chain("client"),
				"spring.ssl.bundle.pem.client.keystore.private-key=" + certificates.key("client").pkcs8(),
				"spring.ssl.bundle.pem.client.truststore.certificate=" + certificates.chain("ca"));
		assertAccepted("certificate", application);
		application.run((context) -> assertThat(Application.token(context).getClaim("cnf"))
			.isEqualTo(Map.of("x5t#S256", certificates.thumbprint("client"))));
	}

	private ApplicationContextRunner application(String... properties) {
		return Application.of(this.keycloak).withPropertyValues(properties);
	}

	private String file(String content) throws Exception {
		return Files.writeString(this.directory.resolve("key"), content).toString();
	}

	private static void assertAccepted(String client, ApplicationContextRunner application) {
		application.withPropertyValues("oauth.client.client-id=" + client).run((context) -> {
			assertThat(Application.whoAmI(context)).isEqualTo("service-account-" + client);
			assertThat(Application.token(context).getClaim("azp")).isEqualTo(client);
		});
	}

}
