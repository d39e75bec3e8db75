/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import org.jspecify.annotations.Nullable;

/**
 * What proves the client now.
 *
 * @param <T> a secret, an assertion or a key
 * @param value the secret, assertion or key
 * @param remark what an operator should know of it, or {@code null}; a sentence without
 * full stop, nothing secret
 */
public record Credential<T>(T value, @Nullable String remark) {

	@Override
	public String toString() {
		return "Credential[value=******, remark=" + this.remark + "]";
	}

}
