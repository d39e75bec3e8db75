/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenRequestKeys}.
 */
class TokenRequestKeysTests {

	private final Map<String, String> keys = new HashMap<>();

	@Test
	void areKeysThatThereAre() {
		assertThat(Arrays.stream(OAuthClientProperties.class.getRecordComponents()).map(RecordComponent::getName))
			.containsAll(TokenRequestKeys.PUT_ASIDE)
			.contains("tokenUri", "clientId", "clientAuthenticationMethod", "shareToken", "registration");
	}

	@Test
	void havePutAsideWhatTheyNeed() {
		this.keys.put("oauth.client.token-uri", "${TOKEN_URI}");
		this.keys.put("oauth.client.client-id", "${CLIENT_ID}");
		this.keys.put("oauth.client.client-secret-location", "/run/secrets/is-not-here");
		this.keys.put("oauth.client.client-authentication-method", "client_secret_jwt");
		this.keys.put("oauth.client.http.proxy.password", "canary");
		this.keys.put("oauth.client.registration.billing.issuer-uri", "${ISSUER}");
		this.keys.put("oauth.client.registration.billing.client-secret", "canary");
		OAuthClientProperties properties = putAside();
		assertThat(properties.tokenUri()).isEqualTo(TokenRequestKeys.TOKEN_URI);
		assertThat(properties.clientId()).isEqualTo(TokenRequestKeys.CLIENT_ID);
		assertThat(properties.clientSecretLocation()).isNull();
		assertThat(properties.clientAuthenticationMethod()).isEqualTo("none");
		assertThat(properties.http()).isNull();
		assertThat(properties.registration()).containsOnlyKeys("billing");
		OAuthClientProperties billing = properties.registration().get("billing");
		assertThat(billing.issuerUri()).isNull();
		assertThat(billing.tokenUri()).isEqualTo(TokenRequestKeys.TOKEN_URI);
		assertThat(billing.clientSecret()).isNull();
		assertThat(billing.clientId()).isNull();
		assertThat(billing.clientAuthenticationMethod()).isEqualTo("none");
	}

	@Test
	void leaveTheOthersAsTheyAre() {
		this.keys.put("oauth.client.base-url", "https://api.example.com");
		this.keys.put("oauth.client.origins", "https://other.example.com");
		this.keys.put("oauth.client.startup", "required");
		this.keys.put("oauth.client.replay-unauthorized", "false");
		this.keys.put("oauth.client.refresh.margin", "5s");
		this.keys.put("oauth.client.http-service-group.stock", "default");
		OAuthClientProperties properties = putAside();
		assertThat(properties.baseUrl()).isEqualTo("https://api.example.com");
		assertThat(properties.origins()).isEqualTo(List.of("https://other.example.com"));
		assertThat(properties.startup()).isEqualTo(Startup.REQUIRED);
		assertThat(properties.replayUnauthorized()).isFalse();
		assertThat(properties.refresh().margin()).hasSeconds(5);
		assertThat(properties.httpServiceGroup()).containsEntry("stock", "default");
		assertThat(properties.tokenUri()).isNull();
		assertThat(properties.clientId()).isNull();
		assertThat(properties.clientAuthenticationMethod()).isNull();
		assertThat(properties.registration()).isNull();
	}

	@Test
	void touchNoOtherBean() {
		Object bean = new Object();
		assertThat(new TokenRequestKeys().postProcessAfterInitialization(bean, "bean")).isSameAs(bean);
	}

	private OAuthClientProperties putAside() {
		OAuthClientProperties properties = new Binder(new MapConfigurationPropertySource(this.keys))
			.bind("oauth.client", OAuthClientProperties.class)
			.get();
		return (OAuthClientProperties) new TokenRequestKeys().postProcessAfterInitialization(properties, "properties");
	}

}
