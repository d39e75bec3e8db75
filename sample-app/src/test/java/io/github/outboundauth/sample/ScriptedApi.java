/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An API that answers as a test says.
 */
final class ScriptedApi implements AutoCloseable {

	private final HttpServer server;

	private volatile int status = 200;

	private volatile String body = "{}";

	private ScriptedApi(HttpServer server) {
		this.server = server;
	}

	static ScriptedApi start() throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		ScriptedApi api = new ScriptedApi(server);
		server.createContext("/api", api::send);
		server.start();
		return api;
	}

	/**
	 * The API says what it was sent, if the body contains {@code %s}.
	 */
	void answer(int status, String body) {
		this.status = status;
		this.body = body;
	}

	private void send(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] bytes = this.body.formatted(exchange.getRequestHeaders().getFirst("Authorization"))
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(this.status, bytes.length);
			exchange.getResponseBody().write(bytes);
		}
	}

	String url() {
		return "http://localhost:" + this.server.getAddress().getPort() + "/api";
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
