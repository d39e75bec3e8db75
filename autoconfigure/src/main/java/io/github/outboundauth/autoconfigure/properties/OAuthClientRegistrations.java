/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.autoconfigure.credentials.CredentialBundles;
import io.github.outboundauth.autoconfigure.credentials.CredentialFiles;
import io.github.outboundauth.endpoint.SuppliedValues;

/**
 * All registrations by id, and which of them an HTTP service group belongs to.
 *
 * @param byId the registrations, in the order of the configuration
 * @param idByGroup the registration ids of groups whose name is none
 */
public record OAuthClientRegistrations(Map<String, OAuthClientRegistration> byId, Map<String, String> idByGroup) {

	/**
	 * Check what is configured, and add what is inherited and the defaults.
	 * @param properties what is configured
	 * @param inCode what is said of them in code
	 * @param files finds credentials in files
	 * @param bundles finds credentials in SSL bundles
	 * @return the registrations
	 */
	public static OAuthClientRegistrations of(OAuthClientProperties properties, InCode inCode, CredentialFiles files,
			CredentialBundles bundles) {
		return new OAuthClientPropertiesMapper(inCode, files, bundles).registrations(properties);
	}

	/**
	 * All registrations.
	 * @return the registrations, in the order of the configuration
	 */
	public Collection<OAuthClientRegistration> all() {
		return this.byId.values();
	}

	/**
	 * A registration that is known to exist.
	 * @param id its id
	 * @return the registration
	 */
	public OAuthClientRegistration get(String id) {
		OAuthClientRegistration registration = this.byId.get(id);
		if (registration == null) {
			throw new IllegalArgumentException("No OAuth2 client '" + id + "' is configured");
		}
		return registration;
	}

	/**
	 * The registration of an HTTP service group.
	 * @param group the name of the group
	 * @return its registration, or {@code null} if it has none
	 */
	public @Nullable OAuthClientRegistration ofGroup(String group) {
		return this.byId.get(this.idByGroup.getOrDefault(group, group));
	}

	/**
	 * The registrations that share the token of another.
	 * @return their ids, by the id of the one whose token it is
	 */
	public Map<String, List<String>> sharersByOwner() {
		return this.byId.values()
			.stream()
			.filter((registration) -> !registration.ownsToken())
			.collect(Collectors.groupingBy(OAuthClientRegistration::tokenOf,
					Collectors.mapping(OAuthClientRegistration::id, Collectors.toList())));
	}

	/**
	 * Something of each registration.
	 * @param <T> its type
	 * @param function gets it
	 * @return what was got, by registration id
	 */
	public <T> Map<String, T> map(Function<OAuthClientRegistration, T> function) {
		return this.byId.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> function.apply(entry.getValue())));
	}

	/**
	 * What is said of registrations in code.
	 *
	 * @param literal whether the value of a full key is taken as it is, even if it looks
	 * like a placeholder
	 * @param supplied what is made anew for each token request, by registration id
	 */
	public record InCode(Predicate<String> literal, Map<String, SuppliedValues> supplied) {

		/** All is configured. */
		public static final InCode NOTHING = new InCode((key) -> false, Map.of());

	}

}
