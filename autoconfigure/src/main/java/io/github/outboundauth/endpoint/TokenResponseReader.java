/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

/**
 * Reads answers of the token endpoint, up to a size and whatever media type they claim to
 * have. Nothing of a body is ever put into a message but the OAuth error.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5">RFC 6749 section 5</a>
 */
final class TokenResponseReader implements HttpMessageConverter<OAuth2AccessTokenResponse> {

	private static final BigDecimal LONGEST = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	private final TokenEndpointFailures failures;

	private final int maxSize;

	TokenResponseReader(TokenEndpointFailures failures, int maxSize) {
		this.failures = failures;
		this.maxSize = maxSize;
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
	public OAuth2AccessTokenResponse read(Class<? extends OAuth2AccessTokenResponse> type, HttpInputMessage answer)
			throws IOException {
		byte[] body = body(answer.getBody());
		Map<String, Object> members = members(body, answer.getHeaders().getContentType());
		if (members.get("error") instanceof String error && !error.isEmpty()) {
			throw this.failures.refusal(200, answer.getHeaders(), members);
		}
		checkTokenType(members);
		return OAuth2AccessTokenResponse.withToken(token(members))
			.tokenType(TokenType.BEARER)
			.scopes(scopes(members.get("scope")))
			.additionalParameters(lifetimes(members))
			.build();
	}

	/**
	 * Turn an answer that is not successful into a failure, without reading more of it
	 * than a successful one may have.
	 */
	void refuse(ClientHttpResponse answer) throws IOException {
		int status = answer.getStatusCode().value();
		Map<String, Object> members;
		try {
			members = JsonObject.parse(body(answer.getBody()));
		}
		catch (JacksonException | IOException | TokenEndpointException ex) {
			members = Map.of();
		}
		throw this.failures.refusal(status, answer.getHeaders(), members);
	}

	private byte[] body(InputStream stream) throws IOException {
		byte[] body = stream.readNBytes(this.maxSize + 1);
		if (body.length > this.maxSize) {
			// Some clients read what is left of an open stream before they let it go.
			stream.close();
			throw this.failures.unusable("the response exceeds " + this.maxSize + " bytes",
					"Check that token-uri is a token endpoint, or raise http.max-response-size");
		}
		return body;
	}

	private Map<String, Object> members(byte[] body, @Nullable MediaType contentType) {
		try {
			return JsonObject.parse(body);
		}
		catch (JacksonException ex) {
			String mediaType = (contentType != null) ? contentType.getType() + "/" + contentType.getSubtype() : "no";
			throw this.failures.unusable(
					"the response is not a JSON object (content type: " + mediaType + ", " + body.length + " bytes)",
					"Check that token-uri is a token endpoint and not a page");
		}
	}

	private String token(Map<String, Object> members) {
		Object token = members.get("access_token");
		if (token == null) {
			throw this.failures.invalid("the response has no access_token (members: " + names(members) + ")",
					"Check that token-uri is a token endpoint");
		}
		if (!(token instanceof String value) || value.isEmpty()) {
			throw this.failures.invalid("access_token is not a string with something in it",
					"Ask the operator of the authorization server");
		}
		if (!value.chars().allMatch((character) -> character > 0x20 && character < 0x7F)) {
			throw this.failures.invalid("access_token contains characters that cannot be sent in a header",
					"Ask the operator of the authorization server");
		}
		return value;
	}

	private void checkTokenType(Map<String, Object> members) {
		if (members.get("access_token") != null
				&& !(members.get("token_type") instanceof String type && type.equalsIgnoreCase("Bearer"))) {
			Object type = members.get("token_type");
			String problem = (type != null) ? "token_type " + Quoted.of(type.toString()) + " is not supported"
					: "the response has no token_type";
			throw this.failures.invalid(problem,
					"Configure the authorization server to issue tokens of the type Bearer");
		}
	}

	private static List<String> names(Map<String, Object> members) {
		return members.keySet().stream().limit(10).map(Quoted::of).toList();
	}

	private static Set<String> scopes(@Nullable Object scope) {
		if (scope instanceof String scopes && !scopes.isBlank()) {
			return new LinkedHashSet<>(Arrays.asList(scopes.strip().split("\\s+")));
		}
		if (scope instanceof List<?> scopes) {
			Set<String> names = new LinkedHashSet<>();
			scopes.forEach((name) -> names.add(String.valueOf(name)));
			return names;
		}
		return Set.of();
	}

	private static Map<String, Object> lifetimes(Map<String, Object> members) {
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
	 * it is no positive number.
	 */
	static @Nullable Duration seconds(@Nullable Object value) {
		if (!(value instanceof String || value instanceof Number)) {
			return null;
		}
		try {
			BigDecimal seconds = new BigDecimal(value.toString().strip());
			return (seconds.signum() > 0) ? Duration.ofSeconds(seconds.min(LONGEST).longValue()) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public void write(OAuth2AccessTokenResponse response, @Nullable MediaType mediaType, HttpOutputMessage message) {
		throw new UnsupportedOperationException();
	}

}
