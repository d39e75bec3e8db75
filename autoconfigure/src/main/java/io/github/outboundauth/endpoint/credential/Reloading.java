/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads again whenever it is asked, and parses what is new. What cannot be read or parsed
 * does not replace what was: the value read before is used, with a remark. One value is
 * held, and no lock: of two threads that read different contents either may come last,
 * and the next reading decides. Thread-safe if the reader is.
 *
 * @param <C> what is read; equal contents make equal values
 * @param <T> what is made of it
 */
public final class Reloading<C, T> implements Supplier<Credential<T>> {

	private final String subject;

	private final Supplier<? extends C> reader;

	private final Function<? super C, ? extends T> parser;

	private volatile @Nullable Held<C, T> held;

	/**
	 * Create it; nothing is read yet.
	 * @param subject what is read, the subject of remarks
	 * @param reader reads; throws {@link InvalidCredentialException} if it cannot
	 * @param parser makes a value of what was read; throws
	 * {@link InvalidCredentialException} if it cannot
	 */
	public Reloading(String subject, Supplier<? extends C> reader, Function<? super C, ? extends T> parser) {
		this.subject = subject;
		this.reader = reader;
		this.parser = parser;
	}

	/**
	 * The value of now.
	 * @throws InvalidCredentialException if there is none and never was
	 */
	@Override
	public Credential<T> get() {
		Held<C, T> last = this.held;
		try {
			C content = this.reader.get();
			if (last == null || !last.content().equals(content)) {
				last = new Held<>(content, this.parser.apply(content));
				this.held = last;
			}
			return new Credential<>(last.value(), null);
		}
		catch (InvalidCredentialException ex) {
			if (last == null) {
				throw ex;
			}
			return new Credential<>(last.value(), this.subject + " " + ex.problem() + "; what was read before is used");
		}
	}

	/**
	 * What was read and what it means.
	 */
	private record Held<C, T>(C content, T value) {

		@Override
		public String toString() {
			return "Held[******]";
		}

	}

}
