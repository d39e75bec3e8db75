/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.util.Arrays;
import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;

import io.github.outboundauth.autoconfigure.OAuthClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.client.OAuthClientRestClientAutoConfiguration;
import io.github.outboundauth.autoconfigure.security.MissingUserAutoConfiguration;
import io.github.outboundauth.autoconfigure.security.OAuthClientSecurityAutoConfiguration;
import io.github.outboundauth.autoconfigure.client.OAuthClientWebClientAutoConfiguration;

/**
 * The auto-configurations that an application with the starter has.
 */
public final class ContextRunners {

	private ContextRunners() {
	}

	/**
	 * Their auto-configurations, without those of modules that are missing.
	 */
	public static AutoConfigurations autoConfigurations(Class<?>... missing) {
		Class<?>[] all = { SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
				ImperativeHttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
				HttpServiceClientPropertiesAutoConfiguration.class, RestClientAutoConfiguration.class,
				HttpServiceClientAutoConfiguration.class, WebClientAutoConfiguration.class,
				ReactiveHttpServiceClientAutoConfiguration.class, OAuthClientAutoConfiguration.class,
				OAuthClientRestClientAutoConfiguration.class, OAuthClientSecurityAutoConfiguration.class,
				OAuthClientWebClientAutoConfiguration.class, MissingUserAutoConfiguration.class };
		return AutoConfigurations
			.of(Arrays.stream(all).filter((type) -> !List.of(missing).contains(type)).toArray(Class<?>[]::new));
	}

}
