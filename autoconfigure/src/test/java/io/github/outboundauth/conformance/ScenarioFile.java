/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A file of scenarios, one in each YAML document.
 *
 * @param name the name of the file
 * @param scenarios its scenarios, in their order
 */
record ScenarioFile(String name, List<Scenario> scenarios) {

	static final Path FOLDER = Path.of("src/test/resources/conformance");

	static List<ScenarioFile> all() {
		try (Stream<Path> files = Files.list(FOLDER)) {
			return files.sorted().map(ScenarioFile::read).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ScenarioFile read(Path file) {
		try {
			return parse(file.getFileName().toString(), Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static ScenarioFile parse(String name, String text) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		List<Scenario> scenarios = new ArrayList<>();
		for (Object document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
			String place = name + ", scenario " + (scenarios.size() + 1);
			try {
				scenarios.add(RecordBinder.scenario(document));
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException(place + ": " + ex.getMessage(), ex);
			}
		}
		return new ScenarioFile(name, List.copyOf(scenarios));
	}

}
