/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy on raw sockets. Whatever host is asked for, it connects to one server: it
 * knows names that the client does not. It records the first line of each request.
 */
public final class ForwardProxy implements AutoCloseable {

	private final Acceptor acceptor = Acceptor.start(Acceptor.loopback(), this::serve);

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final InetSocketAddress server;

	private volatile String credentials;

	private volatile String refusal;

	/**
	 * Create a proxy.
	 * @param address the host and the port of the server
	 */
	public ForwardProxy(String address) {
		this.server = new InetSocketAddress("127.0.0.1", Integer.parseInt(address.split(":")[1]));
	}

	/**
	 * Ask for credentials from now on.
	 */
	public void protect(String username, String password) {
		this.credentials = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Refuse what is asked from now on.
	 * @param status the status line without the protocol
	 */
	public void refuse(String status) {
		this.refusal = status;
	}

	public int port() {
		return Integer.parseInt(this.acceptor.address().split(":")[1]);
	}

	/**
	 * The first lines of all requests that had the credentials they need.
	 */
	public List<String> requests() {
		return this.requests;
	}

	private void serve(Socket client) throws Exception {
		InputStream input = client.getInputStream();
		while (true) {
			List<String> head = head(input);
			String start = head.get(0);
			byte[] body = input.readNBytes(Integer.parseInt(value(head, "Content-Length", "0")));
			if (this.credentials != null && !this.credentials.equals(value(head, "Proxy-Authorization", ""))) {
				answer(client, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"proxy\"\r\n");
				continue;
			}
			this.requests.add(start);
			if (this.refusal != null) {
				answer(client, this.refusal, "");
				continue;
			}
			try (Socket server = new Socket()) {
				server.connect(this.server);
				if (start.startsWith("CONNECT ")) {
					send(client.getOutputStream(), "HTTP/1.1 200 Connection established\r\n\r\n");
					pump(client, server);
				}
				else {
					forward(head, body, server.getOutputStream());
				}
				server.getInputStream().transferTo(client.getOutputStream());
			}
			return;
		}
	}

	private static List<String> head(InputStream input) throws IOException {
		List<String> head = new ArrayList<>();
		for (String line = Acceptor.line(input); !line.isEmpty(); line = Acceptor.line(input)) {
			head.add(line);
		}
		return head;
	}

	private static String value(List<String> head, String name, String defaultValue) {
		return head.stream()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse(defaultValue);
	}

	/**
	 * As proxies do, with a page.
	 */
	private static void answer(Socket client, String status, String headers) throws IOException {
		send(client.getOutputStream(), "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\n" + headers
				+ "Content-Length: 13\r\n\r\n<html></html>");
	}

	/**
	 * A proxy keeps what is meant for it to itself.
	 */
	private static void forward(List<String> head, byte[] body, OutputStream server) throws IOException {
		String[] start = head.get(0).split(" ");
		StringBuilder request = new StringBuilder(
				start[0] + " " + start[1].replaceFirst("http://[^/]*", "") + " " + start[2] + "\r\n");
		head.stream()
			.skip(1)
			.filter((line) -> !line.toLowerCase(Locale.ROOT).startsWith("proxy-"))
			.forEach((line) -> request.append(line).append("\r\n"));
		send(server, request + "\r\n");
		server.write(body);
		server.flush();
	}

	private static void send(OutputStream output, String text) throws IOException {
		output.write(text.getBytes(StandardCharsets.ISO_8859_1));
		output.flush();
	}

	private static void pump(Socket from, Socket to) {
		Thread thread = new Thread(() -> {
			try {
				from.getInputStream().transferTo(to.getOutputStream());
				to.shutdownOutput();
			}
			catch (IOException ex) {
				// One of them hung up.
			}
		}, "tunnel");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		this.acceptor.close();
	}

}
