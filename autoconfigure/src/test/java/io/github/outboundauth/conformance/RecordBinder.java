/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

import io.github.outboundauth.conformance.Scenario.Action;
import io.github.outboundauth.conformance.Scenario.Outcome;
import io.github.outboundauth.conformance.Scenario.Step;

/**
 * Makes records from what was read of YAML. Strict: a key that no record has is an error,
 * and so is a value of another type; the message says where.
 */
final class RecordBinder {

	private static final Pattern DURATION = Pattern.compile("-?\\d+(ms|s|m|h|d)");

	private RecordBinder() {
	}

	static Scenario scenario(Object value) {
		return (Scenario) record(Scenario.class, value, "");
	}

	/**
	 * How a constant or a component of a record is written: {@code TOKEN_SOURCE} and
	 * {@code tokenSource} as {@code token-source}.
	 */
	static String keyOf(Object name) {
		return (name instanceof Enum<?> constant) ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
				: name.toString().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static Object record(Class<?> type, @Nullable Object value, String path) {
		Map<String, Object> members = members(value, path);
		RecordComponent[] components = type.getRecordComponents();
		Set<String> known = Arrays.stream(components)
			.map((component) -> keyOf(component.getName()))
			.collect(Collectors.toCollection(LinkedHashSet::new));
		members.keySet().stream().filter((key) -> !known.contains(key)).findFirst().ifPresent((key) -> {
			throw new IllegalArgumentException(at(path) + "unknown key '" + key + "'; known are " + known);
		});
		Object[] arguments = Arrays.stream(components).map((component) -> {
			String key = keyOf(component.getName());
			String place = path.isEmpty() ? key : path + "." + key;
			return value(component.getGenericType(), members.get(key), place);
		}).toArray();
		return create(type, components, arguments, path);
	}

	private static Object create(Class<?> type, RecordComponent[] components, Object[] arguments, String path) {
		try {
			var constructor = type
				.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
			return constructor.newInstance(arguments);
		}
		catch (InvocationTargetException ex) {
			throw new IllegalArgumentException(at(path) + ex.getCause().getMessage(), ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Object value(Type type, @Nullable Object value, String path) {
		if (type instanceof ParameterizedType parameterized) {
			Type[] arguments = parameterized.getActualTypeArguments();
			Type raw = parameterized.getRawType();
			if (raw == Bounds.class) {
				return (value != null) ? bounds(arguments[0], value, path) : null;
			}
			return (raw == Map.class) ? map(arguments[1], value, path) : (raw == Set.class)
					? new LinkedHashSet<>(list(arguments[0], value, path)) : list(arguments[0], value, path);
		}
		if (value == null) {
			return (type == boolean.class) ? Boolean.FALSE : null;
		}
		return scalarOrRecord((Class<?>) type, value, path);
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static Object scalarOrRecord(Class<?> type, Object value, String path) {
		if (type == Step.class) {
			return step(value, path);
		}
		if (type.isRecord()) {
			return record(type, value, path);
		}
		if (type == Duration.class && DURATION.matcher(value.toString()).matches()) {
			return DurationStyle.SIMPLE.parse(value.toString());
		}
		if (type.isEnum()) {
			return Arrays.stream((Enum[]) type.getEnumConstants())
				.filter((constant) -> keyOf(constant).equals(value))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException(at(path) + "unknown value '" + value + "'; known are "
						+ Arrays.stream(type.getEnumConstants()).map(RecordBinder::keyOf).toList()));
		}
		if (type == Object.class || type.isInstance(value) || (type == boolean.class && value instanceof Boolean)) {
			return value;
		}
		if (type == String.class && value instanceof Number) {
			return value.toString();
		}
		throw new IllegalArgumentException(
				at(path) + "'" + value + "' is no " + type.getSimpleName().toLowerCase(Locale.ROOT));
	}

	/**
	 * The elements of a list; a single one need not be written as a list.
	 */
	private static List<Object> list(Type type, @Nullable Object value, String path) {
		if (value == null) {
			return List.of();
		}
		List<?> elements = (value instanceof List<?> list) ? list : List.of(value);
		Object[] bound = new Object[elements.size()];
		for (int i = 0; i < bound.length; i++) {
			bound[i] = value(type, elements.get(i), path + "[" + (i + 1) + "]");
		}
		return List.of(bound);
	}

	private static Map<String, Object> map(Type type, @Nullable Object value, String path) {
		Map<String, Object> bound = new LinkedHashMap<>();
		if (value != null) {
			members(value, path).forEach((key, member) -> bound.put(key, value(type, member, path + "." + key)));
		}
		return bound;
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static Bounds<?> bounds(Type type, Object value, String path) {
		if (!(value instanceof Map<?, ?>)) {
			Comparable exact = (Comparable) value(type, value, path);
			return new Bounds(exact, exact);
		}
		Map<String, Object> members = members(value, path);
		if (!Set.of("at-least", "at-most").equals(members.keySet())) {
			throw new IllegalArgumentException(at(path) + "bounds are written { at-least: .., at-most: .. }");
		}
		return new Bounds((Comparable) value(type, members.get("at-least"), path),
				(Comparable) value(type, members.get("at-most"), path));
	}

	private static Step step(Object value, String path) {
		Map<String, Object> members = (value instanceof String word) ? Map.of(word, Map.of()) : members(value, path);
		if (members.size() != 1) {
			throw new IllegalArgumentException(at(path) + "a step is one thing, not " + members.keySet());
		}
		String key = members.keySet().iterator().next();
		Action action = (Action) scalarOrRecord(Action.class, key, path);
		return new Step(action, details(action, members.get(key), path + "." + key));
	}

	private static Object details(Action action, @Nullable Object value, String path) {
		if (value == null) {
			throw new IllegalArgumentException(at(path) + "has no value");
		}
		return switch (action) {
			case ENDED -> map(Outcome.class, value, path);
			case PENDING -> list(String.class, value, path);
			case AUTHORIZATION_SERVER -> list(TokenAnswer.class, value, path);
			case API -> list(ApiAnswer.class, value, path);
			case REFRESH, CLOSE -> "";
			case CALL -> scalarOrRecord(Scenario.Call.class, value, path);
			case EXPECT -> scalarOrRecord(Scenario.Expectations.class, value, path);
			case CANCEL -> scalarOrRecord(String.class, value, path);
			case RELEASE -> scalarOrRecord(Scenario.Server.class, value, path);
			case ADVANCE, JUMP_WALL, SUSPEND -> scalarOrRecord(Duration.class, value, path);
		};
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> members(@Nullable Object value, String path) {
		if (value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
			return (Map<String, Object>) map;
		}
		throw new IllegalArgumentException(at(path) + "'" + value + "' is no map");
	}

	private static String at(String path) {
		return path.isEmpty() ? "" : path + ": ";
	}

}
