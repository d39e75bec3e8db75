/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the {@link TestAuthorizationServer} of a test class.
 */
final class TestAuthorizationServerContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		Set<Field> fields = new LinkedHashSet<>();
		addFields(testClass, fields);
		return (fields.size() == 1) ? customizer(fields.iterator().next()) : null;
	}

	private static void addFields(Class<?> testClass, Set<Field> fields) {
		if (TestContextAnnotationUtils.searchEnclosingClass(testClass)) {
			addFields(testClass.getEnclosingClass(), fields);
		}
		ReflectionUtils.doWithFields(testClass, fields::add,
				(field) -> Modifier.isStatic(field.getModifiers()) && field.getType() == TestAuthorizationServer.class);
	}

	private static @Nullable ContextCustomizer customizer(Field field) {
		ReflectionUtils.makeAccessible(field);
		Object server = ReflectionUtils.getField(field, null);
		return (server != null) ? new Customizer((TestAuthorizationServer) server) : null;
	}

	/**
	 * Puts a server in the place of those that the application is configured with.
	 *
	 * @param server the server; contexts that ask the same one are interchangeable
	 */
	private record Customizer(TestAuthorizationServer server) implements ContextCustomizer {

		private static final ConfigurationPropertyName DEFAULT = ConfigurationPropertyName.of("oauth.client");

		private static final ConfigurationPropertyName OTHERS = DEFAULT.append("registration");

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			ConfigurableEnvironment environment = context.getEnvironment();
			Map<String, Object> urls = new HashMap<>();
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				if (source instanceof IterableConfigurationPropertySource keys) {
					keys.stream().filter(Customizer::isOfRegistration).forEach((key) -> replace(key, urls));
				}
			}
			if (urls.isEmpty()) {
				// Where the application runs, the environment may name its server.
				urls.put("oauth.client.token-uri", this.server.tokenUri());
			}
			environment.getPropertySources().addFirst(new MapPropertySource("testAuthorizationServer", urls));
		}

		private static boolean isOfRegistration(ConfigurationPropertyName key) {
			return DEFAULT.isParentOf(key) || (key.getNumberOfElements() > 1 && OTHERS.isParentOf(key.getParent()));
		}

		private void replace(ConfigurationPropertyName key, Map<String, Object> urls) {
			switch (key.getLastElement(Form.UNIFORM)) {
				case "tokenuri" -> urls.put(key.toString(), this.server.tokenUri());
				case "issueruri" -> urls.put(key.toString(), this.server.issuerUri());
				case "metadatauri" -> urls.put(key.toString(), this.server.metadataUri());
				default -> {
				}
			}
		}

	}

}
