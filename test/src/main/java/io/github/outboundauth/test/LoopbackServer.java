/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * The HTTP server of the JDK on a free port of the loopback interface. It keeps no JVM
 * from ending.
 */
final class LoopbackServer implements AutoCloseable {

	private static final String HOST = "127.0.0.1";

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "test-authorization-server");
		thread.setDaemon(true);
		return thread;
	});

	LoopbackServer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
		// The thread that the server starts is a daemon if the one that starts it is.
		CompletableFuture.runAsync(this.server::start, this.threads).join();
	}

	String url(String path) {
		return "http://" + HOST + ":" + this.server.getAddress().getPort() + path;
	}

	void serve(String path, HttpHandler handler) {
		this.server.createContext(path, (exchange) -> {
			try (exchange) {
				handler.handle(exchange);
			}
		});
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
		try {
			this.threads.awaitTermination(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
