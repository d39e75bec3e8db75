/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateException;

/**
 * Says why an SSL bundle cannot be used. The messages of the causes are looked at by
 * nobody: they may quote what should be a key.
 */
final class BundleProblem {

	private BundleProblem() {
	}

	static String of(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
				return "a file is missing";
			}
			if (cause instanceof AccessDeniedException) {
				return "a file may not be read";
			}
			if (cause instanceof UnrecoverableKeyException) {
				return "the password is wrong";
			}
			if (cause instanceof CertificateException) {
				return "a certificate is damaged";
			}
		}
		return "a key, a certificate or an option is wrong";
	}

}
