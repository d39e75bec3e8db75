/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

import io.github.outboundauth.autoconfigure.OAuthClientCustomizer.Keys;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException.Problem;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations.InCode;
import io.github.outboundauth.endpoint.SuppliedValues;

/**
 * What is configured, with what customizers set in its place.
 */
final class CustomizedProperties implements Keys {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("oauth.client");

	private static final ConfigurationPropertyName REGISTRATION = PREFIX.append("registration");

	private static final String PARAMETERS = "parameters.";

	private static final String HEADERS = "headers.";

	/** Keys that end with a name of the user's own. */
	private static final Pattern NAMED = Pattern
		.compile("(parameters|headers|api\\.default-?header|assertion\\.claims)\\.", Pattern.CASE_INSENSITIVE);

	private static final Pattern ID = Pattern.compile("[\\w-]*[A-Za-z0-9][\\w-]*");

	private final OAuthClientProperties configured;

	private final Map<String, Object> values = new LinkedHashMap<>();

	/** The keys of the values, by what the binding takes for the same. */
	private final Map<ConfigurationPropertyName, String> spellings = new HashMap<>();

	private final Set<String> suppliedKeys = new HashSet<>();

	private final Map<String, SuppliedValues> supplied = new HashMap<>();

	/** All ids, by what the binding takes for the same. */
	private final Map<ConfigurationPropertyName, String> ids = new HashMap<>();

	/**
	 * Ask the customizers.
	 */
	CustomizedProperties(OAuthClientProperties configured, Stream<OAuthClientCustomizer> customizers) {
		this.configured = configured;
		written().keySet().forEach((id) -> this.ids.put(ConfigurationPropertyName.adapt(id, '.'), id));
		customizers.forEach((customizer) -> customizer.customize(this));
	}

	@Override
	public OAuthClientProperties configured() {
		return this.configured;
	}

	@Override
	public Keys set(String registrationId, String key, Object value) {
		String fullKey = fullKey(registrationId, key);
		String otherSpelling = this.spellings.put(name(fullKey), fullKey);
		if (otherSpelling != null && !otherSpelling.equals(fullKey)) {
			if (NAMED.matcher(key).lookingAt()) {
				throw invalid(fullKey, "has the same name as " + otherSpelling + " but for case, - and _",
						"use one spelling if they are the same, or remove one of them");
			}
			this.values.remove(otherSpelling);
		}
		this.values.put(fullKey, new Literal(value));
		return this;
	}

	@Override
	public Keys supply(String registrationId, String key, Supplier<@Nullable String> values) {
		String fullKey = fullKey(registrationId, key);
		SuppliedValues supplied = this.supplied.getOrDefault(registrationId, SuppliedValues.NONE);
		if (key.startsWith(PARAMETERS)) {
			supplied = supplied.withParameter(nameIn(key, PARAMETERS), values);
		}
		else if (key.startsWith(HEADERS)) {
			supplied = supplied.withHeader(nameIn(key, HEADERS), values);
		}
		else {
			throw invalid(fullKey, "cannot be supplied for each token request",
					"set it, or supply " + PARAMETERS + "<name> or " + HEADERS + "<name>");
		}
		this.supplied.put(registrationId, supplied);
		this.suppliedKeys.add(fullKey);
		return this;
	}

	/**
	 * The name in a key, where it may stand in brackets as in files.
	 */
	private static String nameIn(String key, String prefix) {
		String name = key.substring(prefix.length());
		return (name.startsWith("[") && name.endsWith("]")) ? name.substring(1, name.length() - 1) : name;
	}

	private String fullKey(String registrationId, String key) {
		if (OAuthClientRegistration.DEFAULT_ID.equals(registrationId)) {
			return PREFIX + "." + key;
		}
		check(registrationId);
		return REGISTRATION + "." + registrationId + "." + key;
	}

	/**
	 * Refuse an id that would be read as something else, or as that of another
	 * registration, which would get its credentials.
	 */
	private void check(String id) {
		if (!ID.matcher(id).matches()) {
			throw invalid(REGISTRATION + "." + id, "has an id with characters that cannot be in one",
					"use letters, digits, - and _");
		}
		String same = this.ids.putIfAbsent(ConfigurationPropertyName.adapt(id, '.'), id);
		if (same != null && !same.equals(id) && !written().containsKey(id)) {
			throw invalid(REGISTRATION + "." + id, "has the same id as '" + same + "' but for case, - and _",
					"use one spelling if they are the same registration, or ids that differ in letters or digits");
		}
	}

	private static InvalidOAuthClientException invalid(String key, String problem, String remedy) {
		return new InvalidOAuthClientException(List.of(new Problem(inCode(key), problem, remedy)));
	}

	private Map<String, OAuthClientProperties> written() {
		return Objects.requireNonNullElse(this.configured.registration(), Map.of());
	}

	/**
	 * Make registrations of all that is set.
	 * @param mapper gets the properties, and what is said in code
	 */
	OAuthClientRegistrations map(Environment environment, ConfigurableListableBeanFactory beanFactory,
			BiFunction<OAuthClientProperties, InCode, OAuthClientRegistrations> mapper) {
		try {
			return mapper.apply(this.values.isEmpty() ? this.configured : bind(environment, beanFactory),
					new InCode(this::isInCode, Map.copyOf(this.supplied)));
		}
		catch (InvalidOAuthClientException ex) {
			throw new InvalidOAuthClientException(ex.problems().stream().map(this::explained).toList());
		}
	}

	/**
	 * What is unknown elsewhere was reported when it was bound first. The result takes
	 * the place of a bean, and is processed like one.
	 */
	private OAuthClientProperties bind(Environment environment, ConfigurableListableBeanFactory beanFactory) {
		ConfigurationPropertySource code = Objects.requireNonNull(ConfigurationPropertySource
			.from(new MapPropertySource(InvalidOAuthClientException.CUSTOMIZER, this.values)));
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		sources.add(code);
		ConfigurationPropertySources.get(environment).forEach(sources::add);
		PlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(environment);
		OAuthClientProperties bound = new Binder(sources,
				(value) -> (value instanceof Literal literal) ? literal.value()
						: placeholders.resolvePlaceholders(value))
			.bindOrCreate(PREFIX.toString(), Bindable.of(OAuthClientProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (source) -> source == code));
		return (OAuthClientProperties) beanFactory.initializeBean(bound,
				beanFactory.getBeanNamesForType(OAuthClientProperties.class)[0]);
	}

	/**
	 * Say of a key that it is set in code, so that nobody looks for it in files.
	 */
	private Problem explained(Problem problem) {
		ConfigurationPropertyName key = name(problem.key());
		Map<String, OAuthClientProperties> written = written();
		boolean inCode = isInCode(problem.key()) || names().anyMatch((name) -> isOfRegistration(name)
				&& !written.containsKey(name.getElement(3, Form.ORIGINAL)) && name.chop(4).isAncestorOf(key));
		return inCode ? new Problem(inCode(problem.key()), problem.problem(), problem.remedy()) : problem;
	}

	private boolean isInCode(String key) {
		ConfigurationPropertyName asked = name(key);
		return names().anyMatch((name) -> asked.equals(name) || asked.isAncestorOf(name) || name.isAncestorOf(asked));
	}

	private Stream<ConfigurationPropertyName> names() {
		return Stream.concat(this.values.keySet().stream(), this.suppliedKeys.stream()).map(CustomizedProperties::name);
	}

	private static ConfigurationPropertyName name(String key) {
		return ConfigurationPropertyName.adapt(key, '.');
	}

	private static String inCode(String key) {
		return key + " (from an " + InvalidOAuthClientException.CUSTOMIZER + ")";
	}

	private static boolean isOfRegistration(ConfigurationPropertyName name) {
		return REGISTRATION.isAncestorOf(name);
	}

	/**
	 * A value in which no placeholder is resolved: that of one tenant must not pull in
	 * what belongs to the application.
	 *
	 * @param value what was set
	 */
	private record Literal(Object value) {

		@Override
		public String toString() {
			return this.value.toString();
		}

	}

}
