/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the document says is what the files and tests hold.
 */
class ConformanceDocumentTests {

	private static final Pattern ROW = Pattern.compile("^\\| (L-\\d\\d) \\| .+ \\| (.+) \\|$");

	private static final Pattern FILE = Pattern.compile("`([a-z-]+\\.yaml)`");

	private static final Pattern TEST = Pattern.compile("`([A-Za-z]+Tests)\\.([A-Za-z0-9]+)`");

	private static final Path DOCUMENT = Path.of("../docs/conformance.md");

	private final String document = read(DOCUMENT);

	private final Map<String, String> rows = rows();

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Map<String, String> rows() {
		Map<String, String> rows = new LinkedHashMap<>();
		this.document.lines().map(ROW::matcher).filter(Matcher::matches).forEach((row) -> {
			assertThat(rows.put(row.group(1), row.group(2))).as("second row " + row.group(1)).isNull();
		});
		return rows;
	}

	@Test
	void hasARowForEveryId() {
		Stream<String> ids = IntStream.concat(IntStream.rangeClosed(1, 53), IntStream.rangeClosed(78, 86))
			.mapToObj((number) -> "L-%02d".formatted(number));
		assertThat(this.rows.keySet()).containsExactlyElementsOf(ids.toList());
	}

	@Test
	void saysOfEveryIdWhereItIsCoveredOrWhyNot() {
		assertThat(this.rows.values()).allMatch((where) -> FILE.matcher(where).find() || TEST.matcher(where).find()
				|| where.matches("not covered: .+"));
	}

	@Test
	void namesForEachIdTheFilesWhoseScenariosCoverIt() {
		Map<String, Set<String>> covered = new TreeMap<>();
		ScenarioFile.all()
			.forEach((file) -> file.scenarios()
				.stream()
				.flatMap((scenario) -> scenario.covers().stream())
				.forEach((id) -> covered.computeIfAbsent(id, (key) -> new TreeSet<>()).add(file.name())));
		Map<String, Set<String>> named = new TreeMap<>();
		this.rows.forEach((id, where) -> FILE.matcher(where)
			.results()
			.forEach((file) -> named.computeIfAbsent(id, (key) -> new TreeSet<>()).add(file.group(1))));
		assertThat(named).isEqualTo(covered);
	}

	@Test
	void namesOnlyTestsThatExist() throws IOException {
		Map<String, Path> sources = new TreeMap<>();
		try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
			files.filter((file) -> file.toString().endsWith("Tests.java"))
				.forEach((file) -> sources.put(file.getFileName().toString().replace(".java", ""), file));
		}
		TEST.matcher(this.document).results().forEach((test) -> {
			assertThat(sources).containsKey(test.group(1));
			assertThat(read(sources.get(test.group(1)))).contains("void " + test.group(2) + "(");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Scenario.class, Scenario.Given.class, Scenario.Refresh.class, Scenario.Http.class,
			Scenario.Call.class, Scenario.Outcome.class, Scenario.Expectations.class, Scenario.Told.class,
			TokenAnswer.class, ApiAnswer.class })
	void definesEveryKey(Class<?> type) {
		assertThat(Arrays.stream(type.getRecordComponents()))
			.allSatisfy((component) -> assertDefined(component.getName()));
	}

	@ParameterizedTest
	@ValueSource(classes = { Scenario.Action.class, Scenario.Server.class, Scenario.Body.class, Face.Kind.class,
			TokenAnswer.Breakdown.class })
	void definesEveryValue(Class<?> type) {
		assertThat(List.of(type.getEnumConstants())).allSatisfy(this::assertDefined);
	}

	private void assertDefined(Object name) {
		assertThat(this.document).containsPattern("`" + RecordBinder.keyOf(name) + "[`:]");
	}

	@Test
	void showsAScenarioOfTheFiles() throws IOException {
		Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(this.document);
		assertThat(example.find()).isTrue();
		assertThat(read(ScenarioFile.FOLDER.resolve("refresh-ahead.yaml"))).contains(example.group(1));
	}

}
