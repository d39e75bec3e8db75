/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.answer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

/**
 * Reads the content of a response up to a size, before and after it is decoded.
 *
 * @param failures says what is wrong with it
 * @param maxSize the largest content, in bytes
 */
record ContentReader(TokenEndpointFailures failures, int maxSize) {

	/**
	 * One byte after the other: the streams of some HTTP clients wait until an array is
	 * full and heed no interrupt, so a slow body would outlive its flight.
	 */
	byte[] read(InputStream stream, int status) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int next = stream.read(); next >= 0; next = stream.read()) {
			if (Thread.currentThread().isInterrupted()) {
				throw new InterruptedIOException();
			}
			if (bytes.size() == this.maxSize) {
				throw this.failures.unusable("the response exceeds " + this.maxSize + " bytes",
						this.failures.address().check() + ", or raise http.max-response-size", status);
			}
			bytes.write(next);
		}
		return bytes.toByteArray();
	}

	/**
	 * Not every HTTP client decodes what a server encodes without being asked.
	 */
	byte[] decode(byte[] body, @Nullable String encoding, int status) throws IOException {
		if (body.length == 0 || encoding == null || encoding.isBlank()) {
			return body;
		}
		// Some servers leave out the header of deflate (RFC 9110 section 8.4.1.2).
		Inflater inflater = new Inflater((body[0] & 0x0f) != 8);
		try {
			return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
				case "identity" -> body;
				case "gzip", "x-gzip" -> gunzipped(body, inflater, status);
				case "deflate" -> read(new InflaterInputStream(new ByteArrayInputStream(body), inflater), status);
				default -> throw this.failures.unusable(
						"the response has the unsupported Content-Encoding "
								+ this.failures.text().quoted(encoding.strip()),
						"Ask the operator of the authorization server", status);
			};
		}
		catch (InterruptedIOException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw this.failures.unusable("the response is compressed and damaged",
					"Check the authorization server and what stands before it", status);
		}
		finally {
			inflater.end();
		}
	}

	/**
	 * The first member. The JDK's stream reads its header only: for each empty member
	 * behind it that stream calls itself, until the stack overflows.
	 */
	private byte[] gunzipped(byte[] body, Inflater inflater, int status) throws IOException {
		InputStream stream = new ByteArrayInputStream(body);
		new GZIPInputStream(stream).close();
		int start = body.length - stream.available();
		byte[] decoded = read(new InflaterInputStream(stream, inflater), status);
		int end = start + (int) inflater.getBytesRead();
		CRC32 checksum = new CRC32();
		checksum.update(decoded);
		ByteBuffer trailer = ByteBuffer.wrap(Arrays.copyOfRange(body, end, end + 8)).order(ByteOrder.LITTLE_ENDIAN);
		if (trailer.getInt() != (int) checksum.getValue() || trailer.getInt() != decoded.length) {
			throw new ZipException();
		}
		return decoded;
	}

}
