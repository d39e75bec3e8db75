/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on a raw socket that keeps connections open, counts them, and keeps
 * nothing of what it receives but its size.
 */
public final class KeepAliveServer implements AutoCloseable {

	private final Acceptor acceptor;

	private final AtomicInteger accepted = new AtomicInteger();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicLong received = new AtomicLong();

	private final Function<@Nullable String, Answer> answers;

	/**
	 * Start a server.
	 * @param answers gives the answer to the value of an {@code Authorization} header
	 */
	public KeepAliveServer(Function<@Nullable String, Answer> answers) {
		this.answers = answers;
		this.acceptor = Acceptor.start(Acceptor.loopback(), this::serve);
	}

	public String url(String path) {
		return "http://" + this.acceptor.address() + path;
	}

	public int connections() {
		return this.accepted.get();
	}

	public int requests() {
		return this.requests.get();
	}

	/**
	 * The bytes of all bodies that have arrived until now.
	 */
	public long received() {
		return this.received.get();
	}

	private void serve(Socket socket) throws IOException {
		socket.setTcpNoDelay(true);
		this.accepted.incrementAndGet();
		InputStream input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
		for (String line = Acceptor.line(input); !line.isEmpty(); line = Acceptor.line(input)) {
			String authorization = null;
			long length = 0;
			for (String header = Acceptor.line(input); !header.isEmpty(); header = Acceptor.line(input)) {
				String value = header.substring(header.indexOf(':') + 1).strip();
				switch (header.substring(0, header.indexOf(':')).toLowerCase()) {
					case "authorization" -> authorization = value;
					case "content-length" -> length = Long.parseLong(value);
					case "transfer-encoding" -> length = -1;
					default -> {
					}
				}
			}
			receive(input, length);
			this.requests.incrementAndGet();
			this.answers.apply(authorization).send(socket.getOutputStream());
		}
	}

	private void receive(InputStream input, long length) throws IOException {
		if (length >= 0) {
			count(input, length);
			return;
		}
		for (int size = Integer.parseInt(Acceptor.line(input), 16); size > 0; size = Integer
			.parseInt(Acceptor.line(input), 16)) {
			count(input, size);
			Acceptor.line(input);
		}
		Acceptor.line(input);
	}

	private void count(InputStream input, long length) throws IOException {
		for (long left = length; left > 0;) {
			long skipped = input.skip(left);
			if (skipped == 0) {
				if (input.read() < 0) {
					throw new EOFException();
				}
				skipped = 1;
			}
			left -= skipped;
			this.received.addAndGet(skipped);
		}
	}

	@Override
	public void close() {
		this.acceptor.close();
	}

	/**
	 * An answer.
	 *
	 * @param status the status
	 * @param headers header lines, each with its end
	 * @param body the body
	 */
	public record Answer(int status, String headers, byte[] body) {

		void send(OutputStream output) throws IOException {
			byte[] head = ("HTTP/1.1 " + this.status + " X\r\n" + this.headers + "Content-Length: " + this.body.length
					+ "\r\n\r\n")
				.getBytes(StandardCharsets.ISO_8859_1);
			byte[] answer = new byte[head.length + this.body.length];
			System.arraycopy(head, 0, answer, 0, head.length);
			System.arraycopy(this.body, 0, answer, head.length, this.body.length);
			output.write(answer);
			output.flush();
		}

	}

}
