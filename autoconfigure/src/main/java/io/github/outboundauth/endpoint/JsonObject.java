/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a JSON object one level deep: strings, numbers, booleans, and arrays of these.
 * What is nested deeper is passed over.
 */
final class JsonObject {

	private static final Object NESTED = Map.of();

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
		.build();

	private JsonObject() {
	}

	/**
	 * Parse an object.
	 * @throws tools.jackson.core.JacksonException if it is malformed, is no object,
	 * repeats a member, or something follows it
	 */
	static Map<String, Object> parse(byte[] json) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new StreamReadException(parser, "not an object");
			}
			Map<String, Object> members = new LinkedHashMap<>();
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				Object value = value(parser, parser.nextToken());
				if (value != null) {
					members.put(name, value);
				}
			}
			if (parser.nextToken() != null) {
				throw new StreamReadException(parser, "something follows the object");
			}
			return members;
		}
	}

	private static @Nullable Object value(JsonParser parser, JsonToken token) {
		return switch (token) {
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case START_ARRAY -> array(parser);
			case START_OBJECT -> {
				parser.skipChildren();
				yield NESTED;
			}
			default -> null;
		};
	}

	private static List<Object> array(JsonParser parser) {
		List<Object> elements = new ArrayList<>();
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (token == JsonToken.START_ARRAY) {
				parser.skipChildren();
				continue;
			}
			Object element = value(parser, token);
			if (element != null) {
				elements.add(element);
			}
		}
		return elements;
	}

}
