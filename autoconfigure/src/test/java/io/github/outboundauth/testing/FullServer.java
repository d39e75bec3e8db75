/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A server to which no connection can be made: Linux answers no further one when those
 * that nobody accepts are too many.
 */
public final class FullServer implements AutoCloseable {

	private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

	private final List<Socket> waiting = Stream.generate(Socket::new).limit(3).toList();

	public FullServer() throws IOException {
		this.waiting.forEach((socket) -> new Thread(() -> connect(socket)).start());
		await().until(() -> this.waiting.stream().filter(Socket::isConnected).count() >= 2);
	}

	private void connect(Socket socket) {
		try {
			socket.connect(this.server.getLocalSocketAddress());
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

	public String url(String path) {
		return "http://127.0.0.1:" + this.server.getLocalPort() + path;
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket socket : this.waiting) {
			socket.close();
		}
	}

}
