/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is reported of a client that cannot be injected.
 */
class ClientInjectionTests {

	private static final String[] DEFAULT = { "oauth.client.token-uri=https://idp.example.com/token",
			"oauth.client.client-id=orders", "oauth.client.client-secret=canary" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues(registration("billing"))
		.withPropertyValues(registration("crm"));

	private static String[] registration(String id) {
		String prefix = "oauth.client.registration." + id + ".";
		return new String[] { prefix + "token-uri=https://idp.example.com/token", prefix + "client-id=" + id,
				prefix + "client-secret=canary" };
	}

	private void assertReport(ApplicationContextRunner runner, Class<?> component, String... parts) {
		AtomicReference<ConfigurableApplicationContext> started = new AtomicReference<>();
		runner.withInitializer(started::set).withUserConfiguration(component).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(Reports.of(context.getStartupFailure(), started.get())).contains(parts).doesNotContain("canary");
		});
	}

	@Test
	void aQualifierThatIsMisspeltIsCorrected() {
		assertReport(this.runner, Misspelt.class,
				"Parameter 0 of constructor in " + Misspelt.class.getName()
						+ " requires a WebClient with the qualifier 'bilingX', and there is none.",
				"Did you mean @Qualifier(\"billing\")? Write the id of a registration: [billing, crm]",
				"or configure oauth.client.registration.bilingX, or define a bean with this qualifier.");
	}

	@Test
	void aQualifierWithinAnAnnotationIsCorrectedToo() {
		assertReport(this.runner, Composed.class, "requires a WebClient with the qualifier 'biling'",
				"Did you mean @Qualifier(\"billing\")?");
	}

	@Test
	void aQualifierOfTheApplicationIsNotTakenForNone() {
		assertReport(this.runner, Qualified.class, "requires a WebClient with a qualifier that no bean has.",
				"Define a bean with this qualifier, or write @Qualifier with the id of a registration: [billing, crm].");
	}

	@Test
	void theDefaultRegistrationIsAQualifierLikeOthers() {
		ApplicationContextRunner runner = this.runner.withPropertyValues(DEFAULT);
		assertReport(runner, Other.class, "Write the id of a registration: [billing, crm, default]");
		assertReport(runner, MisspeltDefault.class, "Did you mean @Qualifier(\"default\")?");
	}

	@Test
	void theDefaultRegistrationAloneIsListed() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues(DEFAULT);
		assertReport(runner, Misspelt.class, "requires a WebClient with the qualifier 'bilingX'",
				"Write the id of a registration: [default], or configure oauth.client.registration.bilingX");
	}

	@Test
	void whoWantsTheDefaultRegistrationLearnsItsKey() {
		assertReport(this.runner, Default.class,
				"requires a WebClient with the qualifier 'default', and there is none.",
				"Write the id of a registration: [billing, crm], or configure oauth.client.client-id.");
	}

	@Test
	void aQualifierOfSeveralBeansIsReportedByBoot() {
		assertReport(this.runner.withUserConfiguration(TwoWarehouses.class), Other.class,
				"required a single bean, but 2 were found");
	}

	@Test
	void aBeanNameThatIsMisspeltIsCorrected() {
		assertReport(this.runner, MisspeltName.class, "Field client in " + MisspeltName.class.getName(),
				"requires a RestClient with the qualifier 'crmRestclient'",
				"Did you mean @Qualifier(\"crmRestClient\")?");
	}

	@Test
	void aQualifierThatIsLikeNoneHasTheList() {
		assertReport(this.runner, Other.class, "requires a RestClient with the qualifier 'warehouse'",
				"Write the id of a registration: [billing, crm]");
	}

	@ParameterizedTest
	@ValueSource(classes = { Unqualified.class, Provided.class })
	void whoWantsAnyClientLearnsTheQualifiers(Class<?> component) {
		assertReport(this.runner, component,
				"requires a WebClient without a qualifier, and there is no registration 'default'",
				"Write @Qualifier with the id of a registration: [billing, crm], or configure oauth.client.client-id");
	}

	@Test
	void whoMatchesSeveralLearnsTheirNames() {
		assertReport(this.runner.withUserConfiguration(TwoClients.class), Unqualified.class,
				"requires a WebClient, and there are several: [first, second].",
				"or with the id of a registration: [billing, crm], or mark one of them as @Primary.");
	}

	@Test
	void otherBeansAreReportedByBoot() {
		assertReport(this.runner, OtherType.class, "required a bean of type 'java.lang.StringBuilder'");
	}

	@Test
	void withoutRegistrationsBootReports() {
		assertReport(new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations()),
				Unqualified.class, "required a bean of type '" + WebClient.class.getName() + "'");
	}

	@Test
	void registrationsThatAreSwitchedOffAreReportedByBoot() {
		assertReport(this.runner.withPropertyValues("oauth.client.enabled=false"), Unqualified.class,
				"required a bean of type '" + WebClient.class.getName() + "'");
	}

	static class Misspelt {

		Misspelt(@Qualifier("bilingX") WebClient client) {
		}

	}

	static class MisspeltName {

		@Autowired
		@Qualifier("crmRestclient")
		RestClient client;

	}

	static class Other {

		Other(@Qualifier("warehouse") RestClient client) {
		}

	}

	static class MisspeltDefault {

		MisspeltDefault(@Qualifier("defualt") WebClient client) {
		}

	}

	static class Default {

		Default(@Qualifier("default") WebClient client) {
		}

	}

	static class Composed {

		Composed(@Biling WebClient client) {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Qualifier("biling")
	@interface Biling {

	}

	static class Qualified {

		Qualified(@Fast WebClient client) {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Qualifier
	@interface Fast {

	}

	static class Unqualified {

		Unqualified(WebClient client) {
		}

	}

	static class Provided {

		Provided(ObjectProvider<WebClient> client) {
			client.getObject();
		}

	}

	static class OtherType {

		OtherType(StringBuilder client) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoWarehouses {

		@Bean
		@Qualifier("warehouse")
		RestClient east() {
			return RestClient.create();
		}

		@Bean
		@Qualifier("warehouse")
		RestClient west() {
			return RestClient.create();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoClients {

		@Bean
		WebClient first() {
			return WebClient.create();
		}

		@Bean
		WebClient second() {
			return WebClient.create();
		}

	}

}
