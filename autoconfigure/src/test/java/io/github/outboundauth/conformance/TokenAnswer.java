/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import javax.net.ssl.SSLHandshakeException;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpResponse;

/**
 * An answer of the authorization server.
 *
 * @param token the access token; {@code #} stands for the number of the token request
 * @param expiresIn the lifetime
 * @param json members of the body that are added to those above, or replace them
 * @param error the OAuth error code
 * @param status the HTTP status
 * @param headers the HTTP headers
 * @param body the whole body, in place of all members
 * @param fails why there is no answer at all
 * @param takes how long it takes
 * @param hangs whether it is held back until it is released
 */
record TokenAnswer(@Nullable String token, @Nullable Duration expiresIn, Map<String, Object> json,
		@Nullable String error, @Nullable Integer status, Map<String, String> headers, @Nullable String body,
		@Nullable Breakdown fails, @Nullable Duration takes, boolean hangs) implements Answer {

	/** What is answered where a scenario does not say. */
	static final TokenAnswer NUMBERED = new TokenAnswer("token-#", Duration.ofHours(1), Map.of(), null, null, Map.of(),
			null, null, null, false);

	private static final JsonMapper JSON = new JsonMapper();

	/**
	 * The answer to a request.
	 * @param number the number of the request, from 1
	 */
	ClientHttpResponse toResponse(int number) throws IOException {
		if (this.fails != null) {
			throw this.fails.exception.get();
		}
		String body = (this.body != null) ? this.body : JSON.writeValueAsString(members(number));
		MockClientHttpResponse response = new MockClientHttpResponse(body.getBytes(StandardCharsets.UTF_8),
				statusOrDefault());
		response.getHeaders().set("Content-Type", "application/json");
		this.headers.forEach(response.getHeaders()::set);
		return response;
	}

	private int statusOrDefault() {
		return (this.status != null) ? this.status : (this.error != null) ? 400 : 200;
	}

	private Map<String, Object> members(int number) {
		Map<String, Object> members = new LinkedHashMap<>();
		if (this.token != null) {
			members.put("access_token", this.token.replace("#", Integer.toString(number)));
			members.put("token_type", "Bearer");
		}
		if (this.expiresIn != null) {
			members.put("expires_in", this.expiresIn.toSeconds());
		}
		if (this.error != null) {
			members.put("error", this.error);
		}
		members.putAll(this.json);
		return members;
	}

	/**
	 * Why there is no answer at all.
	 */
	enum Breakdown {

		CONNECTION_REFUSED(ConnectException::new), CONNECTION_RESET(SocketException::new),
		TIMEOUT(SocketTimeoutException::new), UNKNOWN_HOST(UnknownHostException::new),
		TLS(() -> new SSLHandshakeException("handshake")),
		CERTIFICATE(() -> new IOException(new CertificateException())), CRASH(() -> {
			throw new StackOverflowError();
		});

		private final Supplier<IOException> exception;

		Breakdown(Supplier<IOException> exception) {
			this.exception = exception;
		}

	}

}
