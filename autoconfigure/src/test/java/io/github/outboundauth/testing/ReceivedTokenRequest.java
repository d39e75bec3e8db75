/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A token request as a server received it.
 *
 * @param authorization the header {@code Authorization}
 * @param parameters the parameters of the body
 */
public record ReceivedTokenRequest(@Nullable String authorization, Map<String, List<String>> parameters) {

	static ReceivedTokenRequest of(HttpServletRequest request) {
		Map<String, List<String>> parameters = new TreeMap<>();
		request.getParameterMap().forEach((name, values) -> parameters.put(name, List.of(values)));
		return new ReceivedTokenRequest(request.getHeader("Authorization"), parameters);
	}

	public static ReceivedTokenRequest of(ScriptedServer.Request request) {
		Map<String, List<String>> parameters = new TreeMap<>();
		for (String parameter : request.body().split("&")) {
			String[] pair = parameter.split("=", 2);
			parameters.computeIfAbsent(decode(pair[0]), (name) -> new ArrayList<>()).add(decode(pair[1]));
		}
		return new ReceivedTokenRequest(request.header("Authorization"), parameters);
	}

	private static String decode(String encoded) {
		return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
	}

	/**
	 * The client assertion, which there must be.
	 */
	public SignedJWT assertion() {
		try {
			return SignedJWT.parse(this.parameters.get("client_assertion").get(0));
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return this.parameters.keySet().toString();
	}

}
