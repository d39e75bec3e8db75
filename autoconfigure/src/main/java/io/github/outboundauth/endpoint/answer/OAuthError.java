/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a server says is wrong: as in RFC 6749 section 5.2, or in one of the other ways in
 * which servers say it.
 *
 * @param code the error code, if there is one
 * @param description the words beside it, if there are any
 */
record OAuthError(@Nullable String code, @Nullable String description) {

	/** The codes of RFC 6749, RFC 8707 and RFC 9449. */
	static final Set<String> STANDARD_CODES = Set.of("invalid_request", "invalid_client", "invalid_grant",
			"unauthorized_client", "unsupported_grant_type", "invalid_scope", "access_denied",
			"unsupported_response_type", "server_error", "temporarily_unavailable", "invalid_target",
			"invalid_dpop_proof", "use_dpop_nonce");

	private static final List<String> CODES = List.of("error", "ErrorCode", "errorCode", "Error", "errcode");

	private static final List<String> LISTS = List.of("errors", "error");

	private static final List<String> NESTED_CODES = List.of("code", "error", "errorCode");

	private static final List<String> DESCRIPTIONS = List.of("error_description", "description", "message", "errmsg",
			"ErrorDescription", "errorDescription", "reason", "Error");

	/**
	 * Look for an error.
	 * @param members what the body says
	 * @return what was found; without code and description if that is nothing
	 */
	static OAuthError in(Map<String, @Nullable Object> members) {
		if (members.get("error") instanceof Map<?, ?> nested) {
			return in(nested, NESTED_CODES);
		}
		OAuthError error = in(members, CODES);
		if (error.code() == null) {
			for (String name : LISTS) {
				if (members.get(name) instanceof List<?> errors && !errors.isEmpty()
						&& errors.get(0) instanceof Map<?, ?> first) {
					return in(first, NESTED_CODES);
				}
			}
		}
		return error;
	}

	/**
	 * Whether the body has an error in the place where the standard has it.
	 */
	static boolean isNamedIn(Map<String, @Nullable Object> members) {
		return text(members, "error") != null
				|| (members.get("error") instanceof Map<?, ?> nested && first(nested, NESTED_CODES) != null);
	}

	/**
	 * The same error in words that do not quote a token.
	 */
	OAuthError without(String token) {
		boolean standard = this.code == null || STANDARD_CODES.contains(this.code);
		return new OAuthError(standard ? this.code : masked(this.code, token), masked(this.description, token));
	}

	private static @Nullable String masked(@Nullable String text, String token) {
		return (text != null) ? text.replace(token, ServerText.MASK) : null;
	}

	private static OAuthError in(Map<?, ?> members, List<String> codes) {
		String code = first(members, codes);
		String description = first(members, DESCRIPTIONS);
		return new OAuthError(code, Objects.equals(code, description) ? null : description);
	}

	private static @Nullable String first(Map<?, ?> members, List<String> names) {
		for (String name : names) {
			String text = text(members, name);
			if (text != null) {
				return text;
			}
		}
		return null;
	}

	/**
	 * The text or, where a number is usual, the number; zero stands for success.
	 */
	private static @Nullable String text(Map<?, ?> members, String name) {
		Object value = members.get(name);
		if (value instanceof String text && !text.isBlank()) {
			return text;
		}
		boolean numeric = name.toLowerCase(Locale.ROOT).endsWith("code");
		return (numeric && value instanceof BigDecimal number && number.signum() != 0) ? number.toString() : null;
	}

}
