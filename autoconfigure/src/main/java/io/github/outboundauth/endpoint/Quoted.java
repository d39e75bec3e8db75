/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

/**
 * Text of a server, made safe for a message: in quotes, of bounded length, without
 * control characters.
 */
final class Quoted {

	private static final int MAX_LENGTH = 300;

	private Quoted() {
	}

	static String of(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		text.chars().limit(MAX_LENGTH).forEach((character) -> append(quoted, (char) character));
		return quoted.append((text.length() > MAX_LENGTH) ? "…\"" : "\"").toString();
	}

	private static void append(StringBuilder quoted, char character) {
		boolean unsafe = Character.isISOControl(character) || Character.getType(character) == Character.FORMAT
				|| character == '\u2028' || character == '\u2029' || character == '"' || character == '\\';
		if (unsafe) {
			quoted.append(String.format("\\u%04x", (int) character));
		}
		else {
			quoted.append(character);
		}
	}

}
