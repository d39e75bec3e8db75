/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;

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
				throw failures.unsent("the value supplied for headers." + name + " cannot be sent",
						"Have the OAuthClientCustomizer supply printable ASCII characters");
			}
			headers.add(name, value);
		});
		return request.with(parameters, headers);
	}

	private static void supply(String key, Map<String, Supplier<@Nullable String>> suppliers,
			TokenEndpointFailures failures, BiConsumer<String, String> consumer) {
		suppliers.forEach((name, supplier) -> {
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
		catch (RuntimeException ex) {
			// Its message may be anything, a secret included.
			throw failures.unready(
					"no value was supplied for " + key + " (" + ex.getClass().getName() + place(ex) + ")",
					"Mend what the OAuthClientCustomizer supplies");
		}
	}

	private static String place(RuntimeException ex) {
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
