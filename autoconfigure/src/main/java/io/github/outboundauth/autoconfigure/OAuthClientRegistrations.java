/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * All registrations by id, and which of them an HTTP service group belongs to.
 *
 * @param byId the registrations, in the order of the configuration
 * @param idByGroup the registration ids of groups whose name is none
 */
record OAuthClientRegistrations(Map<String, OAuthClientRegistration> byId, Map<String, String> idByGroup) {

	Collection<OAuthClientRegistration> all() {
		return this.byId.values();
	}

	OAuthClientRegistration get(String id) {
		OAuthClientRegistration registration = this.byId.get(id);
		if (registration == null) {
			throw new IllegalArgumentException("No OAuth2 client '" + id + "' is configured");
		}
		return registration;
	}

	@Nullable OAuthClientRegistration ofGroup(String group) {
		return this.byId.get(this.idByGroup.getOrDefault(group, group));
	}

	<T> Map<String, T> map(Function<OAuthClientRegistration, T> function) {
		return this.byId.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> function.apply(entry.getValue())));
	}

}
