/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation shows is what the sample does.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	@Test
	void theReadmeShowsCodeOfTheSample() throws IOException {
		assertThat(code("README.md")).hasSize(3).allSatisfy(isIn("src/main"));
	}

	@Test
	void theGuideToTestsShowsCodeOfTests() throws IOException {
		assertThat(code("docs/testing.md")).hasSize(5).allSatisfy(isIn("src/test", "../test/src/test"));
	}

	private static List<String> code(String document) throws IOException {
		return find(Files.readString(ROOT.resolve(document)), "```(?:java|yaml)\n(.*?)```");
	}

	private static ThrowingConsumer<String> isIn(String... folders) throws IOException {
		List<String> sources = new ArrayList<>();
		for (String folder : folders) {
			try (Stream<Path> files = Files.walk(Path.of(folder))) {
				for (Path file : files.filter((path) -> path.toString().matches(".*\\.(java|yml)")).toList()) {
					sources.add(Files.readString(file));
				}
			}
		}
		return (block) -> assertThat(sources).anyMatch((source) -> source.contains(block.strip()));
	}

	@Test
	void theReadmeIsShort() throws IOException {
		assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(150);
	}

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md"),
				ROOT.resolve("CHANGELOG.md"), ROOT.resolve("benchmarks/README.md")));
		try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
			files.filter((path) -> path.toString().endsWith(".md")).forEach(documents::add);
		}
		for (Path document : documents) {
			for (String target : find(Files.readString(document), "\\]\\(([^)#:]+)(?:#[^)]*)?\\)")) {
				assertThat(document.resolveSibling(target)).as(ROOT.relativize(document) + " -> " + target).exists();
			}
		}
	}

	private static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern, Pattern.DOTALL)
			.matcher(text)
			.results()
			.map((MatchResult match) -> match.group(1))
			.toList();
	}

}
