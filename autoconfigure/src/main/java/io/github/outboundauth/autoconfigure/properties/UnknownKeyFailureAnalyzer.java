/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.diagnostics.Spelling;

/**
 * Reports keys under {@code oauth.client} that do not exist. Unlike Boot's own report it
 * shows no values, because one of them may be a secret under a misspelt key.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownKeyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("oauth.client");

	private static final ConfigurationPropertyName REGISTRATIONS = PREFIX.append("registration");

	private static final Set<String> KNOWN = keys(OAuthClientProperties.class, "", new TreeSet<>());

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<ConfigurationProperty> properties = cause.getUnboundProperties()
			.stream()
			.filter((property) -> PREFIX.isAncestorOf(property.getName()))
			.toList();
		if (properties.isEmpty()) {
			return null;
		}
		String description = properties.stream()
			.map((property) -> "    - " + describe(property.getName(), isInCode(property)))
			.collect(Collectors.joining("\n"));
		return new FailureAnalysis("Some keys under oauth.client cannot be used:\n\n" + description,
				"Correct the spelling of these keys or remove them.", cause);
	}

	private static boolean isInCode(ConfigurationProperty property) {
		return property.getOrigin() instanceof PropertySourceOrigin origin
				&& origin.getPropertySource().getName().equals(InvalidOAuthClientException.CUSTOMIZER);
	}

	private static String describe(ConfigurationPropertyName name, boolean inCode) {
		ConfigurationPropertyName written = withoutIndex(name);
		int skipped = REGISTRATIONS.isAncestorOf(written) && written.getNumberOfElements() > 4 ? 4 : 2;
		String key = key(written, skipped, written.getNumberOfElements());
		String nearest = Spelling.nearest(key, KNOWN);
		if (nearest == null) {
			// What follows the name of a map is up to the user.
			nearest = Spelling.nearest(key(written, skipped, skipped + 1), KNOWN);
		}
		return name + (inCode ? " (from an " + InvalidOAuthClientException.CUSTOMIZER + ")" : "") + " does not exist."
				+ ((nearest != null) ? " Did you mean " + written.chop(skipped) + "." + nearest + "?" : "");
	}

	private static ConfigurationPropertyName withoutIndex(ConfigurationPropertyName name) {
		ConfigurationPropertyName result = name;
		while (result.isLastElementIndexed()) {
			result = result.getParent();
		}
		return result;
	}

	private static String key(ConfigurationPropertyName name, int from, int to) {
		return IntStream.range(from, to)
			.mapToObj((index) -> name.getElement(index, Form.DASHED))
			.collect(Collectors.joining("."));
	}

	private static Set<String> keys(Class<?> type, String prefix, Set<String> keys) {
		for (RecordComponent component : type.getRecordComponents()) {
			String key = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			if (component.getType().isRecord()) {
				keys(component.getType(), key + ".", keys);
			}
			else {
				keys.add(key);
			}
		}
		return keys;
	}

}
