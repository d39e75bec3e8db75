/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final String ROOT = "io.github.outboundauth";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void knowsWhatTokensAreAndWhatIsConfigured() {
		classes().that()
			.resideInAPackage(ROOT + ".test")
			.should()
			.onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(ROOT + ".test",
					ROOT + ".token", ROOT + ".security", ROOT + ".autoconfigure", ROOT + ".autoconfigure.properties")))
			.check(CLASSES);
	}

	@Test
	void isKnownByNobody() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".test")
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + ".test"))
			.check(CLASSES);
	}

	@Test
	void holdsAtMostTwelveTypes() {
		assertThat(CLASSES.stream()
			.filter((type) -> type.getPackageName().equals(ROOT + ".test"))
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.map(JavaClass::getSimpleName)).hasSizeLessThanOrEqualTo(12);
	}

	@Test
	void tokensDoWithoutWhatIsOptional() {
		noClasses().that()
			.haveSimpleNameStartingWith("TestTokens")
			.or()
			.areAssignableTo(AutoConfigureTestTokens.class)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.junit..", "org.assertj..")
			.check(CLASSES);
	}

	@Test
	void autoConfigurationHasNoPublicMembers() {
		methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(CLASSES);
	}

}
