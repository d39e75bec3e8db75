/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an IDE is told about the keys.
 */
class MetadataTests {

	/** Keys without a default: what they are for has none. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("token-uri", "issuer-uri", "metadata-uri", "client-id",
			"client-secret", "client-secret-location", "client-authentication-method", "assertion.key-location",
			"assertion.key-password", "assertion.key-id", "assertion.ssl-bundle", "assertion.location",
			"assertion.algorithm", "assertion.certificate-location", "assertion.audience", "assertion.claims",
			"scope-delimiter", "http.ssl.bundle", "http.proxy.host", "http.proxy.port", "http.proxy.username",
			"http.proxy.password", "http.proxy.non-proxy-hosts", "api.connect-timeout", "api.read-timeout",
			"api.redirects", "api.ssl.bundle", "api.proxy.host", "api.proxy.port", "api.proxy.username",
			"api.proxy.password", "api.proxy.non-proxy-hosts", "api.default-header", "response.default-token-type",
			"scope", "audience", "resource", "parameters", "headers", "base-url", "origins", "registration",
			"http-service-group");

	private final List<JsonNode> properties = new ArrayList<>();

	MetadataTests() throws IOException {
		String resource = "/META-INF/spring-configuration-metadata.json";
		try (InputStream stream = OAuthClientProperties.class.getResourceAsStream(resource)) {
			new JsonMapper().readTree(stream).get("properties").forEach(this.properties::add);
		}
		this.properties.removeIf((property) -> !name(property).startsWith("oauth.client."));
	}

	private static String name(JsonNode property) {
		return property.get("name").asString();
	}

	@Test
	void everyKeyHasADescriptionAndAType() {
		assertThat(this.properties).hasSize(74).allSatisfy((property) -> {
			assertThat(property.path("description").asString("")).as(name(property)).endsWith(".");
			assertThat(property.path("type").asString("")).as(name(property)).isNotEmpty();
		});
	}

	@Test
	void everyKeyHasADefaultUnlessThereIsNone() {
		assertThat(this.properties).allSatisfy((property) -> {
			String key = name(property).substring("oauth.client.".length());
			assertThat(property.has("defaultValue")).as(key).isEqualTo(!WITHOUT_DEFAULT.contains(key));
		});
	}

	@Test
	void everyKeyHasARowInTheDocumentation() throws IOException {
		String documentation = Files.readString(Path.of("../docs/configuration.md"));
		assertThat(this.properties).filteredOn((property) -> !name(property).equals("oauth.client.registration"))
			.allSatisfy((property) -> {
				String key = name(property).substring("oauth.client.".length());
				String row = documentation.lines()
					.filter((line) -> line.matches("\\| `" + Pattern.quote(key) + "(\\.<\\w+>)?` \\|.*"))
					.findFirst()
					.orElse("");
				assertThat(row).as(key).isNotEmpty();
				if (property.has("defaultValue")) {
					JsonNode value = property.get("defaultValue");
					assertThat(row).contains("`" + (value.isArray() ? value.get(0) : value).asString() + "`");
				}
			});
	}

}
