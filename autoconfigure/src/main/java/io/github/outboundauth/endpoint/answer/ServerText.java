/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Words of a server, made safe for a message: in quotes, of bounded length, without
 * control characters and without what was sent in confidence, which some servers quote.
 */
final class ServerText {

	static final String MASK = "******";

	private static final int MAX_LENGTH = 300;

	/** A pattern that never matches. */
	private static final String NOTHING = "(?!)";

	private static final HexFormat PERCENT = HexFormat.of().withPrefix("%");

	private final Supplier<Stream<String>> values;

	private @Nullable Pattern confidential;

	/**
	 * Create a text maker for one request.
	 * @param values what was sent in confidence
	 */
	ServerText(Supplier<Stream<String>> values) {
		this.values = values;
	}

	private Pattern confidential() {
		Pattern confidential = this.confidential;
		if (confidential == null) {
			Stream<String> forms = this.values.get()
				.distinct()
				.sorted(Comparator.comparingInt(String::length).reversed())
				.flatMap(ServerText::forms);
			confidential = Pattern.compile(Stream.concat(forms, Stream.of(NOTHING)).collect(Collectors.joining("|")));
			this.confidential = confidential;
		}
		return confidential;
	}

	/**
	 * Patterns of a value as it is or percent-encoded, and in Base64 of both alphabets.
	 */
	private static Stream<String> forms(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		return Stream.concat(
				Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
					.map((encoder) -> percent(encoder.withoutPadding().encodeToString(bytes)) + "(?:=|%3[Dd])*"),
				Stream.of(percent(value)));
	}

	/**
	 * Encoders differ in what they encode, and in the case of their digits.
	 */
	private static String percent(String value) {
		return value.codePoints().mapToObj(Character::toString).map((character) -> {
			if (character.matches("[A-Za-z0-9]")) {
				return character;
			}
			String encoded = PERCENT.formatHex(character.getBytes(StandardCharsets.UTF_8));
			return "(?:" + Pattern.quote(character) + "|(?i:" + encoded + (character.equals(" ") ? ")|\\+)" : "))");
		}).collect(Collectors.joining());
	}

	String quoted(String text) {
		StringBuilder quoted = new StringBuilder();
		for (int codePoint : masked(text).codePoints().limit(MAX_LENGTH + 1).toArray()) {
			String piece = isUnsafe(codePoint) ? escaped(codePoint) : Character.toString(codePoint);
			if (quoted.length() + piece.length() > MAX_LENGTH) {
				return "\"" + quoted + "…\"";
			}
			quoted.append(piece);
		}
		return "\"" + quoted + "\"";
	}

	/**
	 * The text as it is if it is a plain name, and quoted otherwise. The standard's codes
	 * disclose nothing, whatever the secret is.
	 */
	String code(String text) {
		String code = OAuthError.STANDARD_CODES.contains(text) ? text : masked(text);
		return code.matches("[A-Za-z0-9_.+/-]{1,64}") ? code : quoted(code);
	}

	private String masked(String text) {
		return confidential().matcher(text).replaceAll(MASK);
	}

	private static boolean isUnsafe(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				true;
			default -> codePoint == '"' || codePoint == '\\';
		};
	}

	private static String escaped(int codePoint) {
		return Character.toString(codePoint)
			.chars()
			.mapToObj((character) -> String.format("\\u%04x", character))
			.collect(Collectors.joining());
	}

}
