/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;

/**
 * Takes what only token requests need out of the configuration, before that is checked:
 * secrets and key files are seldom where tests run. What is required and missing stays
 * missing, and is reported.
 */
final class TokenRequestKeys implements BeanPostProcessor {

	/** Nobody can have this host (RFC 2606 section 2). */
	static final String TOKEN_URI = "https://authorization-server.invalid/token";

	static final String CLIENT_ID = "test-client";

	/** Those of the keys that need no substitute. */
	static final Set<String> PUT_ASIDE = Set.of("issuerUri", "metadataUri", "clientSecret", "clientSecretLocation",
			"authorizationGrantType", "assertion", "scope", "audience", "resource", "parameters", "headers", "http",
			"response");

	@Override
	public @Nullable Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof OAuthClientProperties properties) ? takeOut(properties, properties.clientId() != null)
				: bean;
	}

	/**
	 * The same without these keys.
	 * @param client whether a client is described, and not only what others inherit
	 */
	private static OAuthClientProperties takeOut(OAuthClientProperties properties, boolean client) {
		Object[] values = Arrays.stream(OAuthClientProperties.class.getRecordComponents())
			.map((component) -> value(component, properties, client))
			.toArray();
		return BeanUtils.instantiateClass(BeanUtils.getResolvableConstructor(OAuthClientProperties.class), values);
	}

	private static @Nullable Object value(RecordComponent key, OAuthClientProperties properties, boolean client) {
		return switch (key.getName()) {
			case "tokenUri" -> (properties.tokenUri() != null || properties.issuerUri() != null) ? TOKEN_URI : null;
			case "clientId" -> (properties.clientId() != null) ? CLIENT_ID : null;
			case "clientAuthenticationMethod" -> client ? "none" : null;
			// All would ask for the same token now.
			case "shareToken" -> false;
			case "registration" -> registrations(properties.registration());
			default ->
				PUT_ASIDE.contains(key.getName()) ? null : ReflectionUtils.invokeMethod(key.getAccessor(), properties);
		};
	}

	private static @Nullable Map<String, OAuthClientProperties> registrations(
			@Nullable Map<String, OAuthClientProperties> registrations) {
		if (registrations == null) {
			return null;
		}
		Map<String, OAuthClientProperties> result = new LinkedHashMap<>();
		registrations.forEach((id, properties) -> result.put(id, takeOut(properties, true)));
		return result;
	}

}
