/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.nio.file.Path;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpMethod;

import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Registrations that want the same of the HTTP client of their API share it.
 */
@ParameterizedClass
@EnumSource(value = ApiCaller.class, names = { "REST_CLIENT_JDK", "WEB_CLIENT_JDK" })
class SharedApiClientTests {

	private static final String MISSING = " names the SSL bundle 'missing', which does not exist."
			+ " configure it under spring.ssl.bundle.";

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ApiCaller caller;

	private final ApplicationContextRunner runner;

	SharedApiClientTests(ApiCaller caller) {
		this.caller = caller;
		this.runner = caller.runner(this.tokenEndpoint);
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("first");
		certificates.sign("second");
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
	}

	private boolean areShared(BeanFactory beans, String one, String other) {
		return this.caller.httpClient(beans, one) == this.caller.httpClient(beans, other);
	}

	@Test
	void whatIsTheSameIsSharedHoweverItIsWritten() {
		this.runner
			.withPropertyValues("oauth.client.registration.plain.scope=plain",
					"oauth.client.registration.headers.api.default-header.X-Tenant=blue",
					"oauth.client.registration.redirects.api.redirects=dont-follow",
					"oauth.client.registration.slow.api.read-timeout=20s",
					"oauth.client.registration.slow-too.api.read-timeout=20000ms",
					"oauth.client.registration.far.api.proxy.host=proxy.test",
					"oauth.client.registration.far.api.proxy.port=8080",
					"oauth.client.registration.far-too.api.proxy.host=proxy.test",
					"oauth.client.registration.far-too.api.proxy.port=8080")
			.run((context) -> {
				assertThat(areShared(context, "default", "plain")).isTrue();
				assertThat(areShared(context, "default", "headers")).isTrue();
				assertThat(areShared(context, "default", "redirects")).isTrue();
				assertThat(areShared(context, "slow", "slow-too")).isTrue();
				assertThat(areShared(context, "far", "far-too")).isTrue();
			});
	}

	@Test
	void whatDiffersIsNotShared() {
		this.runner
			.withPropertyValues("oauth.client.registration.slow.api.read-timeout=20s",
					"oauth.client.registration.slower.api.read-timeout=30s",
					"oauth.client.registration.far.api.proxy.host=proxy.test",
					"oauth.client.registration.far.api.proxy.port=8080",
					"oauth.client.registration.farther.api.proxy.host=proxy.test",
					"oauth.client.registration.farther.api.proxy.port=8081",
					"oauth.client.registration.far-but-near.api.proxy.host=proxy.test",
					"oauth.client.registration.far-but-near.api.proxy.port=8080",
					"oauth.client.registration.far-but-near.api.proxy.non-proxy-hosts=near.test")
			.withPropertyValues(farAs("one", "user", "canary"))
			.withPropertyValues(farAs("two", "other", "canary"))
			.withPropertyValues(farAs("three", "user", "canary-3"))
			.run((context) -> {
				assertThat(areShared(context, "far", "far-but-near")).isFalse();
				assertThat(areShared(context, "far", "one")).isFalse();
				assertThat(areShared(context, "one", "two")).isFalse();
				assertThat(areShared(context, "one", "three")).isFalse();
				assertThat(areShared(context, "default", "slow")).isFalse();
				assertThat(areShared(context, "slow", "slower")).isFalse();
				assertThat(areShared(context, "default", "far")).isFalse();
				assertThat(areShared(context, "far", "farther")).isFalse();
			});
	}

	private static String[] farAs(String id, String username, String password) {
		return Stream.of("host=proxy.test", "port=8080", "username=" + username, "password=" + password)
			.map((line) -> "oauth.client.registration." + id + ".api.proxy." + line)
			.toArray(String[]::new);
	}

	@Test
	void allThatShareFollowTheirBundle() throws Exception {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("api", certificates.sslBundle("first"));
		bundles.registerBundle("other", certificates.sslBundle("first"));
		try (ScriptedServer secure = new ScriptedServer(certificates.serverSocket("good", true),
				(request, socket) -> Script.send(socket, 200, "Content-Type: text/plain\r\n",
						((SSLSocket) socket).getSession().getPeerPrincipal().getName()))) {
			String url = "https://" + secure.address();
			this.runner.withBean(SslBundles.class, () -> bundles)
				.withPropertyValues("oauth.client.base-url=" + url, "oauth.client.api.ssl.bundle=api",
						"oauth.client.registration.billing.base-url=" + url,
						"oauth.client.registration.billing.api.ssl.bundle=api",
						"oauth.client.registration.other.base-url=" + url,
						"oauth.client.registration.other.api.ssl.bundle=other")
				.run((context) -> {
					assertThat(areShared(context, "default", "billing")).isTrue();
					assertThat(areShared(context, "default", "other")).isFalse();
					assertThat(this.caller.call(context, HttpMethod.GET, "/x").getBody()).isEqualTo("CN=first");
					bundles.updateBundle("api", certificates.sslBundle("second"));
					assertThat(this.caller.call(context, HttpMethod.GET, "/x").getBody()).isEqualTo("CN=second");
					assertThat(this.caller.callAs(context, "billing", "/x").getBody()).isEqualTo("CN=second");
					assertThat(this.caller.callAs(context, "other", "/x").getBody()).isEqualTo("CN=first");
				});
		}
	}

	@Test
	void eachRegistrationIsToldOfTheMistakeThatItShares() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("oauth.client.api.ssl.bundle=missing",
					"oauth.client.registration.billing.api.ssl.bundle=missing")
			.run((context) -> {
				assertThatThrownBy(() -> this.caller.httpClient(context, "default"))
					.hasRootCauseMessage("oauth.client.api.ssl.bundle" + MISSING);
				assertThatThrownBy(() -> this.caller.httpClient(context, "billing"))
					.hasRootCauseMessage("oauth.client.registration.billing.api.ssl.bundle" + MISSING);
			});
	}

}
