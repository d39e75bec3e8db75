/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.lang.reflect.AnnotatedElement;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.autoconfigure.HttpClientProperties;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.oauth2.client.annotation.ClientRegistrationId;
import org.springframework.security.oauth2.client.web.client.ClientRegistrationIdProcessor;
import org.springframework.util.StringUtils;
import org.springframework.web.service.registry.HttpServiceGroup;
import org.springframework.web.service.registry.HttpServiceGroupConfigurer.Groups;

import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.http.AllowedOrigins;

/**
 * Gives HTTP service groups the tokens of their registration: the one named like the
 * group, or the one that {@code oauth.client.http-service-group} names. Groups without
 * one are left alone, unless a service of theirs names a registration by annotation. All
 * of these may send their token to the URL of the group.
 *
 * @param <B> the builder of the clients
 */
final class HttpServiceGroupTokens<B> {

	private static final Log logger = LogFactory.getLog(HttpServiceGroupTokens.class);

	/** After Boot's properties and before what the application does to its groups. */
	static final int BASE_URL_ORDER = Ordered.HIGHEST_PRECEDENCE + 11;

	private final OAuthClientRegistrations registrations;

	private final @Nullable HttpServiceClientProperties properties;

	private final BiConsumer<B, String> baseUrl;

	private final Attachment<B> attachment;

	/**
	 * Create the tokens.
	 * @param registrations the registrations there are
	 * @param properties what Boot is told about groups
	 * @param baseUrl sets the base URL of a builder
	 * @param attachment puts tokens on the requests of a builder
	 */
	HttpServiceGroupTokens(OAuthClientRegistrations registrations, @Nullable HttpServiceClientProperties properties,
			BiConsumer<B, String> baseUrl, Attachment<B> attachment) {
		this.registrations = registrations;
		this.properties = properties;
		this.baseUrl = baseUrl;
		this.attachment = attachment;
	}

	/**
	 * Set the base URL of a registration for its groups, unless Boot's properties do.
	 */
	void setBaseUrls(Groups<B> groups) {
		groups.forEachClient((group, builder) -> {
			OAuthClientRegistration registration = this.registrations.ofGroup(group.name());
			if (registration != null && registration.baseUrl() != null && configuredUrl(group) == null) {
				this.baseUrl.accept(builder, registration.baseUrl().toString());
			}
		});
	}

	void attach(Groups<B> groups) {
		groups.forEachGroup((group, builder, factory) -> {
			OAuthClientRegistration registration = this.registrations.ofGroup(group.name());
			Set<String> ids = namedRegistrations(group);
			if (registration == null && ids.isEmpty()) {
				return;
			}
			if (registration != null) {
				ids.add(registration.id());
			}
			this.attachment.attach(builder, registration, urls(group, ids), properties(group));
			factory.httpRequestValuesProcessor(ClientRegistrationIdProcessor.DEFAULT_INSTANCE);
		});
	}

	private Map<String, URI> urls(HttpServiceGroup group, Set<String> ids) {
		String url = configuredUrl(group);
		return (url == null) ? Map.of()
				: this.registrations.all()
					.stream()
					.filter((registration) -> ids.contains(registration.id()))
					.collect(Collectors.toMap(OAuthClientRegistration::id,
							(registration) -> checkUrl(group, registration, url)));
	}

	/**
	 * Warns as of other URLs with each start: only groups know theirs.
	 */
	private static URI checkUrl(HttpServiceGroup group, OAuthClientRegistration registration, String value) {
		URI url = registration.checkUrl("spring.http.serviceclient." + group.name(), "base-url", value);
		List<String> insecure = AllowedOrigins.of(List.of(url)).insecure();
		if (!insecure.isEmpty()) {
			logger.warn("Anybody on the way can read the tokens that the HTTP service group '" + group.name()
					+ "' sends to " + insecure + ", which is allowed by "
					+ registration.keys().apply("allow-insecure-http")
					+ ". Use https, and remove allow-insecure-http.");
		}
		return url;
	}

	private @Nullable String configuredUrl(HttpServiceGroup group) {
		HttpClientProperties client = properties(group);
		String url = (client != null) ? client.getBaseUrl() : null;
		return StringUtils.hasText(url) ? url : null;
	}

	private @Nullable HttpClientProperties properties(HttpServiceGroup group) {
		return (this.properties != null) ? this.properties.get(group.name()) : null;
	}

	/**
	 * Those that annotations name. For an inherited method, Spring Security asks the type
	 * that declares it.
	 */
	private static Set<String> namedRegistrations(HttpServiceGroup group) {
		return group.httpServiceTypes()
			.stream()
			.flatMap((type) -> Stream.concat(Stream.of((AnnotatedElement) type),
					Arrays.stream(type.getMethods())
						.flatMap((method) -> Stream.of(method, method.getDeclaringClass()))))
			.flatMap((element) -> Stream
				.ofNullable(AnnotatedElementUtils.findMergedAnnotation(element, ClientRegistrationId.class)))
			.map(ClientRegistrationId::registrationId)
			.collect(Collectors.toCollection(HashSet::new));
	}

	/**
	 * Puts tokens on the requests of a builder.
	 *
	 * @param <B> the builder of the clients
	 */
	@FunctionalInterface
	interface Attachment<B> {

		/**
		 * Attach.
		 * @param builder the builder
		 * @param registration the registration, or {@code null} if each request names its
		 * own
		 * @param urls where else tokens may go, by registration id
		 * @param group what Boot is told about the group, if it is told anything
		 */
		void attach(B builder, @Nullable OAuthClientRegistration registration, Map<String, URI> urls,
				@Nullable HttpClientProperties group);

	}

}
