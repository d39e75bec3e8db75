/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Accepts connections and has each served on a daemon thread of its own.
 */
final class Acceptor implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final Service service;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final Thread thread = daemon("acceptor", this::accept);

	private Acceptor(ServerSocket serverSocket, Service service) {
		this.serverSocket = serverSocket;
		this.service = service;
	}

	static Acceptor start(ServerSocket serverSocket, Service service) {
		Acceptor acceptor = new Acceptor(serverSocket, service);
		acceptor.thread.start();
		return acceptor;
	}

	static ServerSocket loopback() {
		try {
			return new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The host and the port.
	 */
	String address() {
		return "127.0.0.1:" + this.serverSocket.getLocalPort();
	}

	/**
	 * How many connections are served.
	 */
	int connections() {
		return this.open.size();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.serverSocket.accept();
				this.open.add(socket);
				daemon("connection", () -> serve(socket)).start();
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			this.service.serve(socket);
		}
		catch (IOException ex) {
			// The client gave up, or the test is over.
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			this.open.remove(socket);
		}
	}

	private static Thread daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * The next line, without its end.
	 */
	static String line(InputStream input) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = input.read(); next != '\n'; next = input.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			if (next != '\r') {
				line.append((char) next);
			}
		}
		return line.toString();
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
			// Until it has noticed, it may still accept.
			this.thread.join();
			for (Socket socket : this.open) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Serves a connection.
	 */
	@FunctionalInterface
	interface Service {

		void serve(Socket socket) throws Exception;

	}

}
