/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

/**
 * The challenges of one {@code WWW-Authenticate} header, of which only those of the
 * scheme Bearer are looked at. Read from left to right, whatever is in them: what is no
 * challenge is passed over.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110 section
 * 11.6.1</a>
 */
final class BearerChallenges {

	private final String header;

	private int position;

	BearerChallenges(String header) {
		this.header = header;
	}

	/**
	 * Whether a challenge has this error (RFC 6750 section 3). To be asked once.
	 */
	boolean haveError(String error) {
		boolean bearer = false;
		while (skip(" \t,=")) {
			String name = next();
			if (!skip(" \t") || this.header.charAt(this.position) != '=') {
				bearer = name.equalsIgnoreCase("Bearer");
				continue;
			}
			this.position++;
			String value = skip(" \t") ? next() : "";
			if (bearer && name.equalsIgnoreCase("error") && value.equals(error)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Pass over any of these characters.
	 * @return whether anything is left
	 */
	private boolean skip(String characters) {
		while (this.position < this.header.length() && characters.indexOf(this.header.charAt(this.position)) >= 0) {
			this.position++;
		}
		return this.position < this.header.length();
	}

	/**
	 * A token or the inside of a quoted string, which may lack its end.
	 */
	private String next() {
		boolean quoted = this.header.charAt(this.position) == '"';
		int start = quoted ? this.position + 1 : this.position;
		int end = start;
		while (end < this.header.length() && (quoted ? this.header.charAt(end) != '"' : isOfToken(end))) {
			end += (quoted && this.header.charAt(end) == '\\') ? 2 : 1;
		}
		end = Math.min(end, this.header.length());
		this.position = quoted ? Math.min(end + 1, this.header.length()) : end;
		return this.header.substring(start, end);
	}

	private boolean isOfToken(int index) {
		return " \t,=\"".indexOf(this.header.charAt(index)) < 0;
	}

}
