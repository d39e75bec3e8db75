/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.slf4j.LoggerFactory;

/**
 * Reads all output of a test run, with every logger at TRACE, and keeps the lines that
 * hold a secret. Acts with the system property {@code secret-scan} only; the output
 * itself is dropped then, because nobody could read that much, but for the dump of
 * threads when a test's time is up.
 */
public final class SecretScan implements LauncherSessionListener {

	/**
	 * Print what is sent, whatever it is. They are named in docs/configuration.md.
	 */
	private static final List<String> WIRE_LOGGERS = List.of("org.apache.hc.client5.http.headers",
			"org.apache.hc.client5.http.wire", "org.eclipse.jetty");

	private static final String TIMEOUTS = "junit-jupiter-timeout-watcher";

	private static final int MANY = 50;

	private static final List<String> FINDINGS = new ArrayList<>();

	private static long lines;

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		if (System.getProperty("secret-scan") != null) {
			PrintStream scanned = new PrintStream(new Lines(System.out), true, StandardCharsets.ISO_8859_1);
			System.setOut(scanned);
			System.setErr(scanned);
			setLevel(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.TRACE);
			WIRE_LOGGERS.forEach((logger) -> setLevel(logger, Level.INFO));
		}
	}

	private static void setLevel(String logger, Level level) {
		((Logger) LoggerFactory.getLogger(logger)).setLevel(level);
	}

	/**
	 * The lines with secrets so far.
	 */
	static synchronized List<String> findings() {
		return List.copyOf(FINDINGS);
	}

	/**
	 * How many lines were read so far.
	 */
	static synchronized long lines() {
		return lines;
	}

	private static synchronized void read(String line) {
		lines++;
		if (FINDINGS.size() < MANY && Secrets.areIn(line)) {
			FINDINGS.add(line);
		}
	}

	/**
	 * Output by lines.
	 */
	private static final class Lines extends OutputStream {

		private final ByteArrayOutputStream line = new ByteArrayOutputStream();

		private final PrintStream output;

		Lines(PrintStream output) {
			this.output = output;
		}

		@Override
		public synchronized void write(int character) {
			if (character == '\n') {
				end(this.line.toString(StandardCharsets.ISO_8859_1));
				this.line.reset();
			}
			else {
				this.line.write(character);
			}
		}

		private void end(String text) {
			read(text);
			if (Thread.currentThread().getName().startsWith(TIMEOUTS)) {
				this.output.println(text);
			}
		}

		@Override
		public synchronized void write(byte[] bytes, int offset, int length) {
			for (int i = offset; i < offset + length; i++) {
				write(bytes[i]);
			}
		}

	}

}
