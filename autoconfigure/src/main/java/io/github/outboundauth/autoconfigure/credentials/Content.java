/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.credential.InvalidCredentialException;

/**
 * What was read.
 */
final class Content {

	private final byte[] bytes;

	Content(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * The text, without the byte order mark that some editors write before it.
	 * @throws InvalidCredentialException if it is binary
	 */
	String text() {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.bytes)).toString();
			return text.startsWith("\uFEFF") ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw new InvalidCredentialException("is not text in UTF-8", "write text in UTF-8");
		}
	}

	/**
	 * Whether it begins with these bytes; {@code -1} stands for any.
	 */
	boolean beginsWith(int... expected) {
		for (int i = 0; i < expected.length; i++) {
			if (i >= this.bytes.length || (expected[i] >= 0 && (this.bytes[i] & 0xFF) != expected[i])) {
				return false;
			}
		}
		return true;
	}

	@Override
	public boolean equals(@Nullable Object object) {
		return object instanceof Content other && Arrays.equals(this.bytes, other.bytes);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

	@Override
	public String toString() {
		return "Content[" + this.bytes.length + " bytes]";
	}

}
