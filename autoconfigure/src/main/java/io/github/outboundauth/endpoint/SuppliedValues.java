/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.token.TokenFailure;

/**
 * Parameters and headers whose values the application makes anew for each token request.
 *
 * @param parameters what gives the values of parameters, by name; without a value the
 * parameter is left out
 * @param headers what gives the values of headers, by name; without a value the header is
 * left out
 */
public record SuppliedValues(Map<String, Supplier<@Nullable String>> parameters,
		Map<String, Supplier<@Nullable String>> headers) {

	/** Nothing is made anew. */
	public static final SuppliedValues NONE = new SuppliedValues(Map.of(), Map.of());

	/**
	 * Create the values.
	 */
	public SuppliedValues {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
		Map<String, Supplier<@Nullable String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		byName.putAll(headers);
		headers = Collections.unmodifiableMap(byName);
	}

	/**
	 * The same with one more parameter.
	 * @param name its name; one of the same name is replaced
	 * @param values gives its values
	 * @return a copy
	 */
	public SuppliedValues withParameter(String name, Supplier<@Nullable String> values) {
		return new SuppliedValues(with(this.parameters, name, values), this.headers);
	}

	/**
	 * The same with one more header.
	 * @param name its name; one of the same name in any case is replaced
	 * @param values gives its values
	 * @return a copy
	 */
	public SuppliedValues withHeader(String name, Supplier<@Nullable String> values) {
		return new SuppliedValues(this.parameters, with(this.headers, name, values));
	}

	private static Map<String, Supplier<@Nullable String>> with(Map<String, Supplier<@Nullable String>> values,
			String name, Supplier<@Nullable String> further) {
		Map<String, Supplier<@Nullable String>> all = new LinkedHashMap<>(values);
		all.put(name, further);
		return all;
	}

	/**
	 * Whether all token requests are alike.
	 * @return whether nothing is made anew
	 */
	public boolean isEmpty() {
		return this.parameters.isEmpty() && this.headers.isEmpty();
	}

	/**
	 * The same request with values for this time, in place of those of the same name.
	 */
	TokenRequest addTo(TokenRequest request, TokenEndpointFailures failures) {
		if (isEmpty()) {
			return request;
		}
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>(request.parameters());
		this.parameters.keySet().forEach(parameters::remove);
		supply("parameters", this.parameters, failures, parameters::add);
		HttpHeaders headers = HttpHeaders.copyOf(request.headers());
		this.headers.keySet().forEach(headers::remove);
		supply("headers", this.headers, failures, (name, value) -> {
			if (!value.chars().allMatch((character) -> character >= 0x20 && character < 0x7F)) {
				throw failures.unready("the value supplied for headers." + name + " cannot be sent",
						"Have the OAuthClientCustomizer supply printable ASCII characters");
			}
			headers.add(name, value);
		});
		return request.with(parameters, headers);
	}

	private static void supply(String key, Map<String, Supplier<@Nullable String>> suppliers,
			TokenEndpointFailures failures, BiConsumer<String, String> consumer) {
		suppliers.forEach((String name, Supplier<@Nullable String> supplier) -> {
			String value = supply(key + "." + name, supplier, failures);
			if (value != null) {
				consumer.accept(name, value);
			}
		});
	}

	private static @Nullable String supply(String key, Supplier<@Nullable String> supplier,
			TokenEndpointFailures failures) {
		try {
			return supplier.get();
		}
		catch (Exception ex) {
			String problem = "no value was supplied for " + key;
			TokenFailure cause = failure(ex);
			if (cause != null) {
				throw failures.unready(
						problem + ", which takes a token of '" + cause.registrationId() + "': " + cause.problem(),
						cause.advice());
			}
			// Its message may be anything, a secret included.
			throw failures.unready(problem + " (" + ex.getClass().getName() + place(ex) + ")",
					"Mend what the OAuthClientCustomizer supplies");
		}
	}

	/**
	 * Why there is no token of another registration, if that is the reason.
	 */
	private static @Nullable TokenFailure failure(Exception ex) {
		Throwable cause = ex;
		while (cause != null && !(cause instanceof TokenFailure.Thrown)) {
			cause = cause.getCause();
		}
		return (cause instanceof TokenFailure.Thrown thrown) ? thrown.failure() : null;
	}

	private static String place(Exception ex) {
		return Stream.of(ex.getStackTrace())
			.filter((frame) -> !frame.getClassName().startsWith("java."))
			.findFirst()
			.map((frame) -> " at " + frame)
			.orElse("");
	}

	@Override
	public String toString() {
		return "SuppliedValues[parameters=" + this.parameters.keySet() + ", headers=" + this.headers.keySet() + "]";
	}

}
