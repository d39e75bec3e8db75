/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a JSON object three levels deep, which is as deep as an OAuth error lies
 * anywhere. What is nested deeper is passed over.
 */
final class JsonObject {

	/**
	 * What is read at the top; elsewhere and otherwise servers may repeat what they like.
	 */
	static final Set<String> UNIQUE = Set.of("access_token", "token_type", "expires_in", "refresh_in", "scope",
			"error");

	private static final int DEPTH = 3;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
		.build();

	private JsonObject() {
	}

	/**
	 * Parse an object.
	 * @throws tools.jackson.core.JacksonException if it is malformed, is no object, or
	 * something follows it
	 * @throws RepeatedMemberException if a member that must be unique occurs twice
	 */
	static Map<String, @Nullable Object> parse(String json) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new StreamReadException(parser, "not an object");
			}
			Map<String, @Nullable Object> members = object(parser, 1);
			if (parser.nextToken() != null) {
				throw new StreamReadException(parser, "something follows the object");
			}
			return members;
		}
	}

	private static Map<String, @Nullable Object> object(JsonParser parser, int depth) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			if (depth == 1 && members.containsKey(name) && UNIQUE.contains(name)) {
				throw new RepeatedMemberException(name);
			}
			members.put(name, value(parser, parser.nextToken(), depth + 1));
		}
		return members;
	}

	private static List<@Nullable Object> array(JsonParser parser, int depth) {
		List<@Nullable Object> elements = new ArrayList<>();
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			elements.add(value(parser, token, depth + 1));
		}
		return elements;
	}

	private static @Nullable Object value(JsonParser parser, JsonToken token, int depth) {
		if (token.isStructStart() && depth > DEPTH) {
			parser.skipChildren();
			return Map.of();
		}
		return switch (token) {
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case START_ARRAY -> array(parser, depth);
			case START_OBJECT -> object(parser, depth);
			default -> null;
		};
	}

	/**
	 * The number, or {@code null} if its exponent is beyond all numbers.
	 */
	private static @Nullable BigDecimal number(JsonParser parser) {
		try {
			return parser.getDecimalValue();
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Two parsers would take two different values.
	 */
	static final class RepeatedMemberException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String name;

		RepeatedMemberException(String name) {
			super("repeated member", null, false, false);
			this.name = name;
		}

		String name() {
			return this.name;
		}

	}

}
