/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.security.oauth2.client.registration.ClientRegistration;

/**
 * Words of a server, made safe for a message: in quotes, of bounded length, without
 * control characters and without the credentials of the client, which some servers quote.
 */
final class ServerText {

	private static final int MAX_LENGTH = 300;

	private final List<String> credentials;

	ServerText(ClientRegistration client) {
		this.credentials = credentials(client);
	}

	/**
	 * The secret in every form in which it may have been sent, the longest first.
	 */
	private static List<String> credentials(ClientRegistration client) {
		String secret = client.getClientSecret();
		if (secret.isEmpty()) {
			return List.of();
		}
		String encodedSecret = URLEncoder.encode(secret, StandardCharsets.UTF_8);
		String encodedId = URLEncoder.encode(client.getClientId(), StandardCharsets.UTF_8);
		return Stream
			.of(base64(encodedId + ":" + encodedSecret), base64(client.getClientId() + ":" + secret), base64(secret),
					encodedId + ":" + encodedSecret, encodedSecret, encodedSecret.replace("+", "%20"), secret)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList();
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	String quoted(String text) {
		String safe = withoutCredentials(text);
		StringBuilder quoted = new StringBuilder("\"");
		safe.chars().limit(MAX_LENGTH).forEach((character) -> append(quoted, (char) character));
		return quoted.append((safe.length() > MAX_LENGTH) ? "…\"" : "\"").toString();
	}

	/**
	 * The text as it is if it is a plain name, and quoted otherwise.
	 */
	String code(String text) {
		String code = withoutCredentials(text);
		return code.matches("[A-Za-z0-9_.+/-]{1,64}") ? code : quoted(code);
	}

	private String withoutCredentials(String text) {
		String result = text;
		for (String credential : this.credentials) {
			result = result.replace(credential, "******");
		}
		return result;
	}

	private static void append(StringBuilder quoted, char character) {
		boolean unsafe = Character.isISOControl(character) || Character.getType(character) == Character.FORMAT
				|| character == '\u2028' || character == '\u2029' || character == '"' || character == '\\';
		if (unsafe) {
			quoted.append(String.format("\\u%04x", (int) character));
		}
		else {
			quoted.append(character);
		}
	}

}
