/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * What {@code docs/providers.md} says of one provider: the only copy of the configuration
 * that is tested.
 *
 * @param name the heading, or the registration id where a block has several
 * @param registrationId the registration
 * @param yaml the block
 * @param text what stands beside it
 */
public record Recipe(String name, String registrationId, String yaml, String text) {

	private static final Path DOCUMENT = Path.of("../docs/providers.md");

	private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```\n", Pattern.DOTALL);

	private static final Pattern ID = Pattern.compile("oauth\\.client\\.registration\\.([^.]+)\\..*");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+)}");

	/** The host of what is asked for tokens, as it begins in a line. */
	private static final Pattern AUTHORIZATION_SERVER = Pattern.compile("((?:token|issuer)-uri: )https://[^/\\s]+");

	/**
	 * All recipes, in the order of the document.
	 */
	public static List<Recipe> all() {
		try {
			String[] sections = Files.readString(DOCUMENT).split("(?m)^## ");
			return Arrays.stream(sections).skip(1).flatMap(Recipe::in).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The recipe of a name.
	 */
	public static Recipe of(String name) {
		return all().stream().filter((recipe) -> recipe.name().equals(name)).findFirst().orElseThrow();
	}

	private static Stream<Recipe> in(String section) {
		String heading = section.lines().findFirst().orElseThrow();
		List<String> blocks = BLOCK.matcher(section).results().map((block) -> block.group(1)).toList();
		if (blocks.size() != 1) {
			throw new IllegalStateException(heading + " has " + blocks.size() + " blocks");
		}
		String yaml = blocks.get(0);
		Set<String> ids = new TreeSet<>();
		for (String key : load(yaml).getPropertyNames()) {
			Matcher id = ID.matcher(key);
			if (id.matches()) {
				ids.add(id.group(1));
			}
		}
		return ids.isEmpty() ? Stream.of(new Recipe(heading, "default", yaml, section))
				: ids.stream().map((id) -> new Recipe(id, id, yaml, section));
	}

	private static EnumerablePropertySource<?> load(String yaml) {
		try {
			List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("recipe",
					new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
			return (EnumerablePropertySource<?>) sources.get(0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The names of what only users know.
	 */
	public Set<String> placeholders() {
		return new TreeSet<>(
				PLACEHOLDER.matcher(this.yaml).results().map((placeholder) -> placeholder.group(1)).toList());
	}

	/**
	 * The same without the lines of a key.
	 */
	public Recipe without(String key) {
		String rest = this.yaml.replaceAll("(?m)^ *" + Pattern.quote(key) + ":.*\n", "");
		if (rest.equals(this.yaml)) {
			throw new IllegalArgumentException(this.name + " has no " + key);
		}
		return new Recipe(this.name, this.registrationId, rest, this.text);
	}

	/**
	 * An application that is configured by the block.
	 * @param runner the application without it
	 * @param url where the authorization server is, in place of the host that the block
	 * says; nothing else is changed
	 */
	public ApplicationContextRunner applyTo(ApplicationContextRunner runner, String url) {
		PropertySource<?> source = load(
				AUTHORIZATION_SERVER.matcher(this.yaml).replaceAll("$1" + Matcher.quoteReplacement(url)));
		return runner.withInitializer((context) -> context.getEnvironment().getPropertySources().addLast(source));
	}

	@Override
	public String toString() {
		return this.name;
	}

}
