/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Set;

import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A token request as a {@link TestAuthorizationServer} received and answered it. Printing
 * it shows neither credentials nor the token.
 *
 * @param headers its headers
 * @param parameters its parameters, from a form or the URL
 * @param token the token of the answer; {@code null} if there is none
 */
public record ReceivedTokenRequest(HttpHeaders headers, MultiValueMap<String, String> parameters,
		@Nullable String token) {

	private static final String BASIC = "Basic ";

	private static final Set<String> PRINTED = Set.of("grant_type", "scope", "audience", "resource");

	/**
	 * The first value of a parameter.
	 * @param name the name, such as {@code scope}
	 * @return the value; {@code null} if there is none
	 */
	public @Nullable String parameter(String name) {
		return this.parameters.getFirst(name);
	}

	/**
	 * Which client made the request, as the header {@code Authorization}, the
	 * {@code client_id} or the {@code client_assertion} says. Whether it proved that is
	 * not looked at.
	 * @return the client id; {@code null} if the request says none
	 */
	public @Nullable String clientId() {
		String authorization = this.headers.getFirst(HttpHeaders.AUTHORIZATION);
		if (authorization != null && authorization.startsWith(BASIC)) {
			byte[] credentials = Base64.getDecoder().decode(authorization.substring(BASIC.length()));
			return decode(new String(credentials, StandardCharsets.UTF_8).split(":", 2)[0]);
		}
		String assertion = parameter("client_assertion");
		return (assertion != null) ? subject(assertion) : parameter("client_id");
	}

	private static @Nullable String subject(String assertion) {
		try {
			return JWTParser.parse(assertion).getJWTClaimsSet().getSubject();
		}
		catch (ParseException ex) {
			return null;
		}
	}

	static MultiValueMap<String, String> parse(String form) {
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		for (String pair : form.split("&")) {
			String[] parts = pair.split("=", 2);
			if (parts.length == 2) {
				parameters.add(decode(parts[0]), decode(parts[1]));
			}
		}
		return parameters;
	}

	private static String decode(String value) {
		return URLDecoder.decode(value, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		MultiValueMap<String, String> printed = new LinkedMultiValueMap<>(this.parameters);
		printed.keySet().retainAll(PRINTED);
		return "ReceivedTokenRequest[clientId=" + clientId() + ", parameters=" + printed + "]";
	}

}
