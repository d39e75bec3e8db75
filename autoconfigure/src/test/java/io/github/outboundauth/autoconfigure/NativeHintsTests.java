/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.scheduler.NonBlocking;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.ReflectionHintsPredicates;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.security.oauth2.client.annotation.ClientRegistrationId;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties;
import io.github.outboundauth.testing.ContextRunners;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A native image finds by reflection only what it was told of. What this library looks up
 * in that way, it tells of when an application is processed ahead of time.
 */
class NativeHintsTests {

	private static final ReflectionHintsPredicates REFLECTION = RuntimeHintsPredicates.reflection();

	private static RuntimeHints hints;

	@BeforeAll
	static void processAheadOfTime() {
		TestGenerationContext generation = new TestGenerationContext();
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of("oauth.client.client-id=orders").applyTo(context.getEnvironment());
			context.register(Configurations.getClasses(ContextRunners.autoConfigurations()));
			context.register(Application.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		hints = generation.getRuntimeHints();
	}

	@Test
	void virtualThreadsAreFound() {
		assertThat(methods("java.lang.Thread")).contains("ofVirtual[]");
		assertThat(methods("java.lang.Thread$Builder")).contains("name[java.lang.String, long]",
				"inheritInheritableThreadLocals[boolean]", "factory[]");
	}

	private static List<String> methods(String type) {
		TypeHint hint = hints.reflection().getTypeHint(TypeReference.of(type));
		assertThat(hint).as(type).isNotNull();
		return hint.methods().map((method) -> method.getName() + method.getParameterTypes()).toList();
	}

	@Test
	void eventLoopsAreNoticed() {
		assertThat(REFLECTION.onType(NonBlocking.class)).accepts(hints);
	}

	@Test
	void httpClientOfABuilderIsRead() {
		assertThat(REFLECTION.onFieldAccess(RestClient.builder().getClass(), "requestFactory")).accepts(hints);
		assertThat(REFLECTION.onFieldAccess(WebClient.builder().getClass(), "connector")).accepts(hints);
	}

	@Test
	void annotationsOfHttpServicesAreRead() {
		assertThat(REFLECTION.onMethodInvocation(Inventory.class, "items")).accepts(hints);
	}

	@ParameterizedTest
	@MethodSource
	void keysAreBoundAndListed(Class<?> type) {
		assertThat(REFLECTION.onConstructorInvocation(type.getDeclaredConstructors()[0])).accepts(hints);
		assertThat(REFLECTION.onType(type).withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)).accepts(hints);
	}

	static Stream<Class<?>> keysAreBoundAndListed() {
		return Stream
			.concat(Stream.of(OAuthClientProperties.class),
					Arrays.stream(OAuthClientProperties.class.getDeclaredClasses()))
			.filter(Class::isRecord);
	}

	@ParameterizedTest
	@MethodSource
	void failuresAreReported(Class<?> analyzer) {
		assertThat(REFLECTION.onConstructorInvocation(analyzer.getDeclaredConstructors()[0])).accepts(hints);
	}

	static Stream<Class<?>> failuresAreReported() {
		return SpringFactoriesLoader.forDefaultResourceLocation().load(FailureAnalyzer.class, (type, name, failure) -> {
		})
			.stream()
			.<Class<?>>map(Object::getClass)
			.filter((type) -> type.getName().startsWith("io.github.outboundauth."));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(Inventory.class)
	static class Application {

	}

	@HttpExchange
	interface Inventory {

		@GetExchange
		@ClientRegistrationId("billing")
		String items();

	}

}
