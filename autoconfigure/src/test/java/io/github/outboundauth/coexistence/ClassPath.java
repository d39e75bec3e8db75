/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.coexistence;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The class path of an application: that of the tests without what the application does
 * not have.
 */
final class ClassPath {

	private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^-]*(-SNAPSHOT)?\\.jar");

	/** Jars that an application has only if it asks for them. */
	private static final Pattern OPTIONAL = Pattern
		.compile("(spring-boot-security|spring-security|nimbus|oauth2-oidc).*|httpclient5|jetty-client");

	private static final String ALL = System.getProperty("surefire.test.class.path",
			System.getProperty("java.class.path"));

	private ClassPath() {
	}

	/**
	 * Observe an application with these jars.
	 */
	@SuppressWarnings("unchecked")
	static Map<String, List<String>> observe(List<String> jars, boolean ours, String web, boolean formLogin,
			List<String> properties) {
		URL[] urls = Arrays.stream(ALL.split(File.pathSeparator))
			.map(Path::of)
			.filter((entry) -> includes(entry, jars, ours))
			.map(ClassPath::url)
			.toArray(URL[]::new);
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			return (Map<String, List<String>>) loader.loadClass(NeighbourApplication.class.getName())
				.getMethod("observe", String.class, boolean.class, String[].class)
				.invoke(null, web, formLogin, properties.toArray(String[]::new));
		}
		catch (ReflectiveOperationException | IOException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static boolean includes(Path entry, List<String> jars, boolean ours) {
		if (entry.endsWith(Path.of("target", "classes"))) {
			return ours;
		}
		Matcher jar = JAR.matcher(entry.getFileName().toString());
		return !jar.matches() || !OPTIONAL.matcher(jar.group(1)).matches() || jars.contains(jar.group(1));
	}

	private static URL url(Path entry) {
		try {
			return entry.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
