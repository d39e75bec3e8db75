/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server on a raw socket: no framework stands between the test and the bytes. It
 * records requests and answers each as its script says.
 */
public final class ScriptedServer implements AutoCloseable {

	private static final int TLS_HANDSHAKE = 22;

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private final Acceptor acceptor;

	private volatile Script script;

	public ScriptedServer(Script script) {
		this(Acceptor.loopback(), script);
	}

	/**
	 * Create a server on a socket of another kind, such as one that speaks TLS.
	 */
	public ScriptedServer(ServerSocket serverSocket, Script script) {
		this.script = script;
		this.acceptor = Acceptor.start(serverSocket, this::serve);
	}

	public String url(String path) {
		return "http://" + address() + path;
	}

	/**
	 * The host and the port.
	 */
	public String address() {
		return this.acceptor.address();
	}

	/**
	 * Answer in another way from now on. A request that is among {@link #requests()}
	 * already is answered as the script before says.
	 */
	public void script(Script script) {
		this.script = script;
	}

	public List<Request> requests() {
		return this.requests;
	}

	/**
	 * How many clients are connected and have not got their answer, or did not let go.
	 */
	public int connections() {
		return this.acceptor.connections();
	}

	private void serve(Socket socket) throws Exception {
		Request request = read(socket);
		Script script = this.script;
		this.requests.add(request);
		script.answer(request, socket);
	}

	/**
	 * As servers do with what is not HTTP. An answer arrives only if the request was
	 * read; the client is the first to close, because some take a connection that is
	 * closed at once for one that failed.
	 */
	private static void refuse(Socket socket) throws IOException {
		Script.send(socket, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
		socket.getInputStream().transferTo(OutputStream.nullOutputStream());
		throw new SocketException("not HTTP");
	}

	private static Request read(Socket socket) throws IOException {
		InputStream input = socket.getInputStream();
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int next = input.read();
			if (next < 0) {
				throw new SocketException("closed");
			}
			if (next == TLS_HANDSHAKE && head.size() == 0) {
				refuse(socket);
			}
			head.write(next);
		}
		String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
		Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (int i = 1; i < lines.length; i++) {
			String[] header = lines[i].split(": ?", 2);
			headers.computeIfAbsent(header[0], (name) -> new CopyOnWriteArrayList<>()).add(header[1]);
		}
		String[] start = lines[0].split(" ");
		return new Request(start[0], start[1], headers, body(input, headers));
	}

	private static String body(InputStream input, Map<String, List<String>> headers) throws IOException {
		if (headers.containsKey("Transfer-Encoding")) {
			StringBuilder body = new StringBuilder();
			while (true) {
				int size = Integer.parseInt(Acceptor.line(input), 16);
				body.append(new String(input.readNBytes(size), StandardCharsets.UTF_8));
				Acceptor.line(input);
				if (size == 0) {
					return body.toString();
				}
			}
		}
		int length = Integer.parseInt(headers.getOrDefault("Content-Length", List.of("0")).get(0));
		return new String(input.readNBytes(length), StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.acceptor.close();
	}

	/**
	 * Answers requests.
	 */
	@FunctionalInterface
	public interface Script {

		void answer(Request request, Socket socket) throws Exception;

		/**
		 * Always the same status and JSON.
		 */
		static Script json(int status, String json) {
			return (request, socket) -> send(socket, status, "Content-Type: application/json\r\n", json);
		}

		/**
		 * A token that counts up with each request.
		 */
		static Script tokens(String prefix, long expiresIn) {
			AtomicInteger count = new AtomicInteger();
			return (request,
					socket) -> json(200,
							"{\"access_token\":\"" + prefix + count.incrementAndGet()
									+ "\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}")
						.answer(request, socket);
		}

		/**
		 * Bytes as they are, of which a character is one.
		 */
		static void send(Socket socket, String bytes) throws IOException {
			socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().flush();
		}

		static void send(Socket socket, int status, String headers, String body) throws IOException {
			byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
			String head = "HTTP/1.1 " + status + " X\r\n" + headers + "Content-Length: " + bytes.length
					+ "\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().write(bytes);
			socket.getOutputStream().flush();
		}

	}

	/**
	 * A request as it came over the wire.
	 *
	 * @param method the method
	 * @param path the path with its query
	 * @param headers the headers by name, in any case
	 * @param body the body
	 */
	public record Request(String method, String path, Map<String, List<String>> headers, String body) {

		public String header(String name) {
			List<String> values = this.headers.get(name.toLowerCase(Locale.ROOT));
			return (values != null) ? String.join(", ", values) : null;
		}

	}

}
