/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final String ROOT = "io.github.outboundauth";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void tokenKnowsTheJdkOnly() {
		classes().that()
			.resideInAPackage(ROOT + ".token..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(ROOT + ".token..", "java..", "org.jspecify..")
			.check(CLASSES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "actuate", "endpoint", "http", "security" })
	void packageKnowsOnlyItselfAndToken(String name) {
		String own = ROOT + "." + name + "..";
		DescribedPredicate<JavaClass> allowed = resideOutsideOfPackage(ROOT + "..")
			.or(resideInAnyPackage(own, ROOT + ".token.."));
		classes().that().resideInAPackage(own).should().onlyDependOnClassesThat(allowed).check(CLASSES);
	}

	@Test
	void nobodyKnowsAutoconfigure() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + ".autoconfigure.."))
			.check(CLASSES);
	}

	@Test
	void configurationDoesNotKnowItsAssembly() {
		noClasses().that()
			.resideInAPackage(ROOT + ".autoconfigure.properties")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".autoconfigure")
			.check(CLASSES);
	}

	@Test
	void tokensDoNotKnowWhoUsesThem() {
		noClasses().that()
			.resideInAPackage(ROOT + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".autoconfigure.client", ROOT + ".autoconfigure.security")
			.check(CLASSES);
	}

	@Test
	void enginesDoNotKnowWhatTheyAreFor() {
		noClasses().that()
			.resideInAPackage(ROOT + ".autoconfigure.engine")
			.should()
			.dependOnClassesThat(
					resideInAPackage(ROOT + "..").and(resideOutsideOfPackage(ROOT + ".autoconfigure.engine")))
			.check(CLASSES);
	}

	@Test
	void springBootStaysInAutoconfigure() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.check(CLASSES);
	}

	/**
	 * What else looks up members by name would find nothing in a native image, unless
	 * {@code NativeHintsTests} prove the contrary.
	 */
	@Test
	void reflectionIsUsedWhereNativeImagesAreToldOfIt() {
		List<String> told = Stream
			.of("FetchThreads", "client.HttpServiceGroupTokens", "client.RestClientFace", "client.WebClientFace",
					"properties.OAuthClientProperties", "properties.UnknownKeyFailureAnalyzer",
					"security.MissingUserWarning")
			.map((name) -> ROOT + ".autoconfigure." + name)
			.toList();
		noClasses().that(describe("native images are not told of", (type) -> !told.contains(type.getName())))
			.should()
			.accessTargetWhere(describe("it looks up by reflection", ArchitectureTests::isReflection))
			.check(CLASSES);
	}

	private static boolean isReflection(JavaAccess<?> access) {
		return switch (access.getTargetOwner().getName()) {
			case "java.lang.Class" -> access.getName()
				.matches("forName|get(Declared)?(Method|Constructor|Field|Class)(e?s)?|get(Record|Resource).*");
			case "java.lang.ClassLoader" -> true;
			default -> access.getTargetOwner()
				.getName()
				.matches(".*\\.(ClassUtils|ReflectionUtils|BeanUtils|PropertyAccessorFactory|ServiceLoader)");
		};
	}

	@Test
	void packagesAreFreeOfCycles() {
		slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void packagesAreThoseOfTheDesign() {
		assertThat(packages().keySet()).containsExactlyInAnyOrder(ROOT + ".actuate", ROOT + ".autoconfigure",
				ROOT + ".autoconfigure.client", ROOT + ".autoconfigure.credentials",
				ROOT + ".autoconfigure.diagnostics", ROOT + ".autoconfigure.endpoint", ROOT + ".autoconfigure.engine",
				ROOT + ".autoconfigure.properties", ROOT + ".autoconfigure.security", ROOT + ".endpoint",
				ROOT + ".endpoint.answer", ROOT + ".endpoint.credential", ROOT + ".endpoint.discovery", ROOT + ".http",
				ROOT + ".security", ROOT + ".token");
	}

	/**
	 * Of the token package decision 5 says why it holds more.
	 */
	@Test
	void packagesHoldAtMostTwelveTypes() {
		assertThat(packages()).allSatisfy((name, types) -> assertThat(types).as(name)
			.isLessThanOrEqualTo(name.equals(ROOT + ".token") ? 18 : 12));
	}

	private static Map<String, Long> packages() {
		return CLASSES.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
	}

	@Test
	void packagesAreNullMarked() {
		assertThat(packages().keySet()).map((name) -> CLASSES.getPackage(name))
			.allMatch((JavaPackage type) -> type.isAnnotatedWith(NullMarked.class));
	}

	@Test
	void autoConfigurationsHaveNoPublicMembers() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.haveModifier(JavaModifier.FINAL)
			.check(CLASSES);
		methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(CLASSES);
	}

}
