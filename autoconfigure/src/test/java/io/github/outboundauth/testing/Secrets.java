/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Recognises the secrets and tokens of the tests. All of them contain the word
 * {@code canary}, so that they are found in any encoding and any surroundings; tokens
 * that a real server made up are found by their value.
 */
public final class Secrets {

	private static final String WORD = "canary";

	/** The word as it is, and as it looks in Base64 and Base64URL wherever it begins. */
	private static final List<String> MARKS = Stream
		.concat(Stream.of(WORD), IntStream.range(0, 3).mapToObj(Secrets::inBase64))
		.toList();

	private static final Set<String> MADE_UP = ConcurrentHashMap.newKeySet();

	private Secrets() {
	}

	/**
	 * Recognise a value from now on.
	 */
	public static void add(String value) {
		MADE_UP.add(value);
	}

	/**
	 * Whether a text holds a secret or a token.
	 */
	public static boolean areIn(String text) {
		return Stream.concat(MARKS.stream(), MADE_UP.stream()).anyMatch(text::contains);
	}

	private static String inBase64(int offset) {
		byte[] bytes = ("\0".repeat(offset) + WORD).getBytes(StandardCharsets.US_ASCII);
		String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes);
		return encoded.substring((offset * 8 + 5) / 6, bytes.length * 8 / 6);
	}

}
