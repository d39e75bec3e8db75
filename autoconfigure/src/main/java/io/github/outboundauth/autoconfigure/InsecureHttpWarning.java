/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Endpoint;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.AllowedOrigins;

/**
 * Says with each start which registrations may use {@code http} beyond loopback, so that
 * what was meant for a test is noticed elsewhere. Also of those with no such URL yet: the
 * metadata of an issuer may name one, and so may the application; for HTTP service
 * groups, that is said where they are made.
 */
final class InsecureHttpWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(InsecureHttpWarning.class);

	private final OAuthClientRegistrations registrations;

	InsecureHttpWarning(OAuthClientRegistrations registrations) {
		this.registrations = registrations;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String permissions = this.registrations.all()
			.stream()
			.filter(OAuthClientRegistration::insecureHttpAllowed)
			.map(InsecureHttpWarning::permission)
			.collect(Collectors.joining(", "));
		if (!permissions.isEmpty()) {
			logger.warn("Anybody on the way can read the credentials and tokens that go over http, which is allowed by "
					+ permissions + ". Use https, and remove allow-insecure-http.");
		}
	}

	/**
	 * The key that allows it, and for what, as far as that is known now.
	 */
	private static String permission(OAuthClientRegistration registration) {
		Endpoint endpoint = registration.endpoint();
		Stream<@Nullable URI> urls = (endpoint.issuer() == null) ? Stream.of(endpoint.tokenUri())
				: Stream.of(URI.create(endpoint.issuer().uri()), endpoint.issuer().metadataUri());
		List<String> origins = Stream
			.concat(AllowedOrigins.of(urls.filter(Objects::nonNull).toList()).insecure().stream(),
					registration.policy().origins().insecure().stream())
			.distinct()
			.toList();
		String key = registration.keys().apply("allow-insecure-http");
		return origins.isEmpty() ? key : key + " for " + origins;
	}

}
