/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A provider and an API that answer as a test says.
 */
final class ScriptedProvider implements AutoCloseable {

	static final String TOKEN = "a-token-nobody-may-see";

	private final HttpServer server;

	private final List<String> tokenRequests = new CopyOnWriteArrayList<>();

	private volatile boolean oneTokenOnly;

	private ScriptedProvider(HttpServer server) {
		this.server = server;
	}

	static ScriptedProvider start() throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.start();
		return new ScriptedProvider(server);
	}

	ScriptedProvider answeringWithToken() {
		return answering(200, "application/json",
				"{\"access_token\":\"" + TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
	}

	ScriptedProvider answering(int status, String type, String body) {
		this.server.createContext("/token", (exchange) -> {
			this.tokenRequests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			if (this.oneTokenOnly && this.tokenRequests.size() > 1) {
				send(exchange, 400, "application/json", "{\"error\":\"invalid_client\"}");
			}
			else {
				send(exchange, status, type, body);
			}
		});
		return this;
	}

	ScriptedProvider withOneTokenOnly() {
		this.oneTokenOnly = true;
		return this;
	}

	/**
	 * The API says what it was sent, if the body contains {@code %s}.
	 */
	ScriptedProvider withApi(int status, String body) {
		this.server.createContext("/api", (exchange) -> send(exchange, status, "application/json",
				body.formatted(exchange.getRequestHeaders().getFirst("Authorization"))));
		return this;
	}

	private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
		try (exchange) {
			byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", type);
			exchange.sendResponseHeaders(status, bytes.length);
			exchange.getResponseBody().write(bytes);
		}
	}

	String url(String path) {
		return "http://localhost:" + this.server.getAddress().getPort() + path;
	}

	List<String> tokenRequests() {
		return this.tokenRequests;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
