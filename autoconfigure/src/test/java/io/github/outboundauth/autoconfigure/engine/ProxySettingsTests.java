/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.engine;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

import io.github.outboundauth.autoconfigure.endpoint.HttpSettings;
import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is known of a proxy before anything is sent.
 */
class ProxySettingsTests {

	private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

	private static final URI ADDRESS = URI.create("https://idp.example.com/token");

	private final String disabledSchemes = System.getProperty(DISABLED_SCHEMES);

	@AfterEach
	void restoreSystemProperty() {
		if (this.disabledSchemes != null) {
			System.setProperty(DISABLED_SCHEMES, this.disabledSchemes);
		}
		else {
			System.clearProperty(DISABLED_SCHEMES);
		}
	}

	private static ProxySettings settings(String... nonProxyHosts) {
		return new ProxySettings("proxy.example.com", 3128, "orders", "canary", List.of(nonProxyHosts));
	}

	private static TokenEndpointClients clients(ClientHttpRequestFactoryBuilder<?> builder) {
		return new TokenEndpointClients(builder, HttpClientSettings.defaults(), null);
	}

	@ParameterizedTest
	@CsvSource({ "idp.internal, *.internal, false", "IDP.Internal, *.internal, false",
			"idp.internal, *.Internal, false", "internal, *.internal, true", "10.1.2.3, 10.*, false",
			"110.1.2.3, 10.*, true", "localhost, 10.*, true", "localhost, localhost, false", "[::1], ::1, false",
			"::1, [::1], false", "anything, *, false", "idp.internal.example.com, *.internal, true" })
	void coversAllHostsButThoseThatAreNamed(String host, String pattern, boolean covered) {
		assertThat(settings("other.example.com", pattern).covers(host)).isEqualTo(covered);
	}

	@Test
	void coversAllHostsIfNoneIsNamed() {
		assertThat(settings().covers("localhost")).isTrue();
	}

	@Test
	void showsNoCredentialsWhenPrinted() {
		HttpSettings settings = new HttpSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), null, settings());
		assertThat(settings).asString().contains("proxy.example.com:3128").doesNotContain("canary", "orders");
	}

	@Test
	void aUserMayHaveNoPassword() {
		assertThat(new ProxySettings("proxy.example.com", 3128, "orders", null, List.of()).authorization())
			.isEqualTo("Basic b3JkZXJzOg==");
	}

	@Test
	void theJdkRefusesBasicCredentialsForATunnelByDefault() {
		System.clearProperty(DISABLED_SCHEMES);
		assertCredentialsAreRefused();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic", "NTLM, basic" })
	void theJdkRefusesBasicCredentialsForATunnelWhereTheyAreDisabled(String schemes) {
		System.setProperty(DISABLED_SCHEMES, schemes);
		assertCredentialsAreRefused();
	}

	private static void assertCredentialsAreRefused() {
		assertThatExceptionOfType(InvalidHttpSettingsException.class)
			.isThrownBy(() -> clients(ClientHttpRequestFactoryBuilder.jdk()).checkProxy(settings(), ADDRESS))
			.withMessage("http.proxy.username is of no use for https with the HTTP engine 'jdk', which sends a proxy no"
					+ " Basic credentials. Add Apache HttpClient, Jetty's or Reactor Netty's to the application and"
					+ " choose it with spring.http.clients.imperative.factory, or start the JVM with"
					+ " -Djdk.http.auth.tunneling.disabledSchemes=\"\".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "NTLM" })
	void theJdkSendsBasicCredentialsForATunnelWhereTheyAreNotDisabled(String schemes) {
		System.setProperty(DISABLED_SCHEMES, schemes);
		clients(ClientHttpRequestFactoryBuilder.jdk()).checkProxy(settings(), ADDRESS);
	}

	@Test
	void anEngineOfTheApplicationItselfGetsNoProxy() {
		TokenEndpointClients clients = clients((settings) -> new SimpleClientHttpRequestFactory());
		assertThatExceptionOfType(InvalidHttpSettingsException.class).isThrownBy(
				() -> clients.factory(new HttpSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), null, settings())))
			.withMessageStartingWith("http.proxy.host is set, but the HTTP engine is one that the application made");
		assertThat(clients.factory(new HttpSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), null, null)))
			.isNotNull();
	}

}
