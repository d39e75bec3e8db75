/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;

/**
 * Reads answers of the token endpoint, whose bodies a {@link BodyReader} made text.
 * Lenient in their format, strict in what is taken for a token. Nothing of a body is ever
 * put into a message but the OAuth error and names of members.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5">RFC 6749 section 5</a>
 */
public final class TokenResponseReader implements HttpMessageConverter<OAuth2AccessTokenResponse> {

	private static final BigDecimal LONGEST = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	/** What programs write for a value that is not there. */
	private static final Set<String> NOTHING = Set.of("null", "undefined");

	private static final String ASK = "Ask the operator of the authorization server";

	private final TokenEndpointFailures failures;

	private final Refusals refusals;

	private final Members members;

	private final ResponseRules rules;

	/**
	 * Create a reader.
	 * @param client the client that asks
	 * @param failures says what is wrong with an answer
	 * @param rules what may differ from the standard
	 * @param time decides when something happens
	 */
	public TokenResponseReader(ClientRegistration client, TokenEndpointFailures failures, ResponseRules rules,
			Timekeeper time) {
		this.failures = failures;
		this.refusals = new Refusals(client, failures, time);
		this.members = new Members(failures, rules);
		this.rules = rules;
	}

	/**
	 * Turn an answer that is not successful, or has no body that could be read, into a
	 * failure.
	 * @param answer the answer
	 * @throws IOException if its body cannot be read
	 * @throws TokenEndpointException if it brings no token
	 */
	public void check(ClientHttpResponse answer) throws IOException {
		int status = answer.getStatusCode().value();
		if (!answer.getStatusCode().is2xxSuccessful()) {
			throw this.refusals.refusal(status, answer.getHeaders(), explanation(answer, status));
		}
		if (text(answer).isBlank()) {
			throw this.failures.unusable("the response was empty", this.failures.address().check(), status);
		}
	}

	/**
	 * A body that cannot be read takes nothing from what the status says.
	 */
	private Map<String, @Nullable Object> explanation(ClientHttpResponse answer, int status) {
		try {
			return this.members.ofRefusal(text(answer), answer.getHeaders().getContentType(), status);
		}
		catch (IOException | TokenEndpointException ex) {
			return Map.of();
		}
	}

	private static String text(HttpInputMessage answer) throws IOException {
		return new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8);
	}

	@Override
	public OAuth2AccessTokenResponse read(Class<? extends OAuth2AccessTokenResponse> type, HttpInputMessage answer)
			throws IOException {
		int status = (answer instanceof ClientHttpResponse response) ? response.getStatusCode().value() : 200;
		Map<String, @Nullable Object> members = this.members.of(text(answer), answer.getHeaders().getContentType(),
				status);
		boolean hasToken = members.get("access_token") instanceof String token && !token.isBlank();
		if (!hasToken && OAuthError.in(members).code() != null) {
			throw this.refusals.refusal(status, answer.getHeaders(), members);
		}
		if (hasToken && OAuthError.isNamedIn(members)) {
			throw this.failures.invalid("the response has both an error and an access_token", ASK, status);
		}
		String token = token(members, status);
		checkTokenType(members.get("token_type"), token, status);
		return OAuth2AccessTokenResponse.withToken(token)
			.tokenType(TokenType.BEARER)
			.scopes(scopes(members.get("scope")))
			.additionalParameters(lifetimes(members))
			.build();
	}

	private String token(Map<String, @Nullable Object> members, int status) {
		if (!members.containsKey("access_token")) {
			throw this.failures.invalid("the response has no access_token (members: " + names(members) + ")",
					this.failures.address().check(), status);
		}
		if (!(members.get("access_token") instanceof String token) || token.isBlank()) {
			throw this.failures.invalid("access_token is not a string with something in it", ASK, status);
		}
		if (NOTHING.contains(token)) {
			throw this.failures.invalid("access_token is the word '" + token + "'", ASK, status);
		}
		if (!isVisibleAscii(token)) {
			throw this.failures.invalid("access_token contains characters that cannot be sent in a header", ASK,
					status);
		}
		return token;
	}

	private static boolean isVisibleAscii(String text) {
		return text.chars().allMatch((character) -> character > 0x20 && character < 0x7F);
	}

	private void checkTokenType(@Nullable Object type, String token, int status) {
		boolean accepted = (type == null || type instanceof String) && this.rules.accepts((String) type);
		if (!accepted) {
			throw this.failures.invalid(problem(type, token), (type != null)
					? "If the server means Bearer add its name to response.accepted-token-types; otherwise have it issue "
							+ "tokens of the type Bearer"
					: "If its tokens are Bearer tokens set response.default-token-type to Bearer", status);
		}
	}

	private String problem(@Nullable Object type, String token) {
		if (type == null) {
			return "the response has no token_type";
		}
		return (type instanceof String name && isName(name) && !name.equals(token))
				? "token_type " + this.failures.text().quoted(name) + " is not supported"
				: "token_type is not the name of a type";
	}

	private String names(Map<String, @Nullable Object> members) {
		List<String> names = members.keySet()
			.stream()
			.filter(TokenResponseReader::isName)
			.limit(10)
			.map(this.failures.text()::quoted)
			.toList();
		int others = members.size() - names.size();
		return names + ((others > 0) ? " and " + others + " more" : "");
	}

	/**
	 * What is longer or has other characters may be a token in the wrong place.
	 */
	private static boolean isName(String text) {
		return text.matches("[A-Za-z0-9_.-]{1,32}");
	}

	/**
	 * What is granted, as a list in a string (RFC 6749 section 3.3) or in JSON; what
	 * cannot be a scope is left out.
	 */
	private Set<String> scopes(@Nullable Object scope) {
		List<?> values = (scope instanceof List<?> list) ? list : List.of((scope != null) ? scope : "");
		Set<String> scopes = new LinkedHashSet<>();
		for (Object value : values) {
			if (value instanceof String names) {
				for (String name : names.replace(this.rules.scopeDelimiter(), " ").strip().split("\\s+")) {
					if (!name.isEmpty() && isVisibleAscii(name)) {
						scopes.add(name);
					}
				}
			}
		}
		return scopes;
	}

	private static Map<String, Object> lifetimes(Map<String, @Nullable Object> members) {
		Map<String, Object> lifetimes = new LinkedHashMap<>();
		for (String name : List.of("expires_in", "refresh_in")) {
			Object value = members.get(name);
			if (value != null) {
				lifetimes.put(name, value);
			}
		}
		return lifetimes;
	}

	/**
	 * A number of seconds, which servers send as a number or as a string; {@code null} if
	 * it is less than one, or no number.
	 * @param value the value of a member
	 * @return the duration
	 */
	public static @Nullable Duration seconds(@Nullable Object value) {
		if (!(value instanceof String || value instanceof Number)) {
			return null;
		}
		try {
			long seconds = new BigDecimal(value.toString().strip()).min(LONGEST).longValue();
			return (seconds > 0) ? Duration.ofSeconds(seconds) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return type == OAuth2AccessTokenResponse.class;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return List.of(MediaType.ALL);
	}

	@Override
	public void write(OAuth2AccessTokenResponse response, @Nullable MediaType mediaType, HttpOutputMessage message) {
		throw new UnsupportedOperationException();
	}

}
