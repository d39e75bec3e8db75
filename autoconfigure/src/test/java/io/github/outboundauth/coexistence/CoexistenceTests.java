/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.coexistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.outboundauth.coexistence.Neighbour.Jars;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application is the same with the starter and without, jar by jar: its beans by name
 * and type, its filter chains by their filters, and what it answers, also where a page is
 * missing or fails.
 */
class CoexistenceTests {

	private static final Path DOCUMENT = Path.of("../docs/coexistence.md");

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
	}

	static Stream<Arguments> applications() {
		return Stream.of(Neighbour.values())
			.flatMap((neighbour) -> Stream.of("SERVLET", "REACTIVE", "NONE")
				.filter((web) -> neighbour != Neighbour.AUTHORIZATION_SERVER || web.equals("SERVLET"))
				.map((web) -> Arguments.of(neighbour, web)));
	}

	private static Map<String, List<String>> without(Neighbour neighbour, String web, List<String> properties) {
		return ClassPath.observe(neighbour.jars(), false, web, neighbour == Neighbour.FORM_LOGIN, properties);
	}

	private Map<String, List<String>> with(Neighbour neighbour, String web, List<String> properties) {
		List<String> all = new ArrayList<>(properties);
		all.addAll(List.of("oauth.client.token-uri=" + this.tokenEndpoint.url("/token"),
				"oauth.client.client-id=orders", "oauth.client.client-secret=canary",
				"oauth.client.http.total-timeout=60s", "oauth.client.http.read-timeout=60s",
				"oauth.client.registration.billing.base-url=https://billing.example.com"));
		return ClassPath.observe(Jars.and(neighbour.jars(), Jars.LIBRARY), true, web, neighbour == Neighbour.FORM_LOGIN,
				all);
	}

	@ParameterizedTest
	@MethodSource("applications")
	void isTheSameAsWithout(Neighbour neighbour, String web) throws IOException {
		Map<String, List<String>> without = without(neighbour, web, neighbour.properties());
		Map<String, List<String>> with = with(neighbour, web, neighbour.properties());
		assertThat(with.get("chains")).isEqualTo(without.get("chains"));
		assertThat(with.get("answers")).isEqualTo(without.get("answers"));
		assertThat(with.get("errors")).isEqualTo(without.get("errors"));
		// Spring makes no manager for logins that nobody can make.
		boolean managed = neighbour != Neighbour.OAUTH2_LOGIN || !web.equals("NONE");
		assertThat(with.get("tokens")).containsOnly("canary-1").hasSizeGreaterThan(managed ? 1 : 0);
		assertThat(without.get("beans")).filteredOn((bean) -> !with.get("beans").contains(bean)).isEmpty();
		Set<String> added = new TreeSet<>(with.get("beans"));
		added.removeAll(without.get("beans"));
		assertThat(Files.readAllLines(DOCUMENT)).contains(row(neighbour, web, without, added));
	}

	@Test
	void documentHasNoOtherRows() throws IOException {
		assertThat(Files.readAllLines(DOCUMENT))
			.filteredOn((line) -> line.matches("\\|.*\\| (servlet|reactive|none) \\|.*"))
			.hasSize((int) applications().count());
	}

	private static String row(Neighbour neighbour, String web, Map<String, List<String>> observed, Set<String> added) {
		String answers = String.join(", ", observed.getOrDefault("answers", List.of("")));
		String beans = String.join(", ",
				added.stream().map((bean) -> "`" + bean.replaceAll(":.*", "").replaceAll(".*\\.", "") + "`").toList());
		return "| %s | %s | %d | %s | %s |".formatted(neighbour.title(), web.toLowerCase(Locale.ROOT),
				observed.getOrDefault("chains", List.of()).size(), answers, beans);
	}

}
