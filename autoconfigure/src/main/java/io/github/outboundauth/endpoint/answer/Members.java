/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

import org.springframework.http.MediaType;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;

/**
 * Finds the members of a body, in JSON or a form, by what it is and not only by what it
 * is said to be.
 */
public final class Members {

	private static final Set<String> JSON_TYPES = Set.of("application/json", "text/json", "text/javascript",
			"application/octet-stream", "text/plain");

	private static final String FORM_TYPE = "application/x-www-form-urlencoded";

	private final TokenEndpointFailures failures;

	private final ResponseRules rules;

	/**
	 * Create a reader of bodies.
	 * @param failures says what is wrong with a body
	 * @param rules how members are named
	 */
	public Members(TokenEndpointFailures failures, ResponseRules rules) {
		this.failures = failures;
		this.rules = rules;
	}

	/**
	 * The members of a body.
	 * @throws TokenEndpointException if it is malformed, has another format, or repeats a
	 * member that must be unique
	 */
	Map<String, @Nullable Object> of(String body, @Nullable MediaType contentType, int status) {
		String type = type(contentType);
		boolean form = type.equals(FORM_TYPE) || (type.equals("text/plain") && !startsObject(body));
		return form ? form(body, type, status) : ofObject(body, contentType, status);
	}

	/**
	 * The members of a body that is a JSON object.
	 * @param body the body
	 * @param contentType its type, if that is known
	 * @param status the status of the answer
	 * @return the members
	 * @throws TokenEndpointException if it is malformed, has another format, or repeats a
	 * member that must be unique
	 */
	public Map<String, @Nullable Object> ofObject(String body, @Nullable MediaType contentType, int status) {
		String type = type(contentType);
		if (contentType != null && !JSON_TYPES.contains(type) && !type.endsWith("+json")) {
			throw this.failures.unusable("the response is " + this.failures.text().code(type), advice(type), status);
		}
		if (!startsObject(body)) {
			throw this.failures.unusable("the response is " + what(body.strip()) + size(type, body), check(), status);
		}
		return json(body, status);
	}

	private static String type(@Nullable MediaType contentType) {
		return (contentType != null) ? contentType.toString() : "no";
	}

	/**
	 * The members of a body that explains a refusal, or none if it does not.
	 */
	Map<String, @Nullable Object> ofRefusal(String body, @Nullable MediaType contentType, int status) {
		try {
			// Gateways send JSON as whatever they are set to.
			return of(body, startsObject(body) ? null : contentType, status);
		}
		catch (TokenEndpointException ex) {
			return Map.of();
		}
	}

	private static boolean startsObject(String body) {
		return body.stripLeading().startsWith("{");
	}

	private Map<String, @Nullable Object> json(String body, int status) {
		try {
			return this.rules.translate(JsonObject.parse(body));
		}
		catch (JsonObject.RepeatedMemberException ex) {
			throw repeated(ex.name(), status);
		}
		catch (JacksonException ex) {
			TokenStreamLocation location = ex.getLocation();
			String where = (location != null) ? " at character " + location.getCharOffset() : "";
			throw this.failures.unusable("the response is malformed JSON" + where, check(), status);
		}
	}

	/**
	 * Names of a form are not for messages: a bare token that ends with an equals sign is
	 * a form, too.
	 */
	private Map<String, @Nullable Object> form(String body, String type, int status) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		try {
			for (String pair : body.strip().split("&")) {
				String[] parts = pair.split("=", 2);
				String name = decode(parts[0]);
				if (members.put(name, decode((parts.length > 1) ? parts[1] : "")) != null
						&& JsonObject.UNIQUE.contains(name)) {
					throw repeated(name, status);
				}
			}
		}
		catch (IllegalArgumentException ex) {
			members.clear();
		}
		this.rules.translate(members);
		if (!members.containsKey("access_token") && !OAuthError.isNamedIn(members)) {
			throw this.failures.unusable(
					"the response is neither JSON nor a form with an access_token" + size(type, body), check(), status);
		}
		return members;
	}

	private TokenEndpointException repeated(String name, int status) {
		return this.failures.invalid("the response repeats " + this.failures.text().quoted(name),
				"Ask the operator of the authorization server", status);
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private static String what(String body) {
		if (body.startsWith("[")) {
			return "a JSON array, not an object";
		}
		if (body.startsWith("\"")) {
			return "a JSON string, not an object";
		}
		return body.equals("null") ? "a JSON null, not an object" : "not a JSON object";
	}

	private String size(String type, String body) {
		return " (content type: " + this.failures.text().code(type) + ", "
				+ body.getBytes(StandardCharsets.UTF_8).length + " bytes)";
	}

	private String advice(String type) {
		if (type.contains("html")) {
			return check() + " and not a page";
		}
		return type.contains("xml") ? "Have the authorization server answer with JSON" : check();
	}

	private String check() {
		return this.failures.address().check();
	}

}
