/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.starter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the dependencies that Maven resolved for an application with the starter.
 */
class StarterDependenciesTests {

	private final List<String> dependencies = read();

	private static List<String> read() {
		try (InputStream stream = StarterDependenciesTests.class.getResourceAsStream("/dependencies.txt")) {
			assertThat(stream).isNotNull();
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map(String::strip)
				.filter((line) -> line.matches("[^:]+:[^:]+:.+"))
				.map((line) -> line.split(":")[0] + ":" + line.split(":")[1])
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.github.outbound-auth:outbound-auth-spring-boot-autoconfigure",
			"org.springframework.security:spring-security-oauth2-client",
			"org.springframework.security:spring-security-oauth2-jose",
			"org.springframework.boot:spring-boot-webclient", "org.springframework.boot:spring-boot-restclient",
			"org.springframework.boot:spring-boot-http-client", "tools.jackson.core:jackson-databind" })
	void bringsWhatAClientNeeds(String dependency) {
		assertThat(this.dependencies).contains(dependency);
	}

	@Test
	void bringsNothingThatLocksTheApplicationsOwnEndpoints() {
		assertThat(this.dependencies)
			.noneMatch((name) -> name.startsWith("org.springframework.boot:spring-boot-security"))
			.doesNotContain("org.springframework.security:spring-security-config");
	}

	@Test
	void bringsNoWebServer() {
		assertThat(this.dependencies).noneMatch((name) -> name.matches(
				".*(spring-boot-web-server|spring-boot-reactor-netty|spring-boot-tomcat|spring-boot-jetty|spring-boot-webmvc|spring-boot-webflux|tomcat-embed-core|jetty-server|undertow).*"));
	}

	@Test
	void bringsNoSecondJsonLibrary() {
		assertThat(this.dependencies).doesNotContain("com.fasterxml.jackson.core:jackson-databind");
	}

}
