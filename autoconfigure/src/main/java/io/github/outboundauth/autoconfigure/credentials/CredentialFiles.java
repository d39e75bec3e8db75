/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.ResourceLoader;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.Reloading;
import io.github.outboundauth.endpoint.credential.SigningKey;

/**
 * Credentials that are kept in files. What it returns reads the file again whenever it is
 * asked, is thread-safe, and throws {@link InvalidCredentialException} if there is no
 * usable content and never was.
 */
public final class CredentialFiles {

	private static final Pattern LINE_BREAK_AT_THE_END = Pattern.compile("\\r?\\n\\z");

	/** Signed or encrypted, in compact serialization; the signature may be missing. */
	private static final Pattern JWT = Pattern.compile("[\\w-]+(\\.[\\w-]*){2,4}");

	private final ResourceLoader resources;

	/**
	 * Create it.
	 * @param resources finds resources; a location without a prefix is a file, whatever
	 * it says
	 */
	public CredentialFiles(ResourceLoader resources) {
		this.resources = ApplicationResourceLoader.get(resources, true);
	}

	/**
	 * A secret, {@code client-secret-location}: text in UTF-8; a line break at its end
	 * does not belong to it.
	 * @param location a path, or another resource
	 */
	public Supplier<Credential<String>> secret(String location) {
		return text("client-secret-location", location, CredentialFiles::secret);
	}

	private static String secret(Content content) {
		String secret = LINE_BREAK_AT_THE_END.matcher(content.text()).replaceFirst("");
		if (secret.isBlank()) {
			throw new InvalidCredentialException("is blank", "write the secret");
		}
		return secret;
	}

	/**
	 * A JWT that others make and renew, {@code assertion.location}.
	 * @param location a path, or another resource
	 */
	public Supplier<Credential<String>> assertion(String location) {
		return text("assertion.location", location, CredentialFiles::assertion);
	}

	private static String assertion(Content content) {
		String assertion = content.text().strip();
		if (!JWT.matcher(assertion).matches()) {
			throw new InvalidCredentialException("is no JWT", "correct the location, or what writes the file");
		}
		return assertion;
	}

	private Supplier<Credential<String>> text(String key, String location, Function<Content, String> parser) {
		Location file = new Location(this.resources, location);
		return new Reloading<>(key, file::read, (content) -> file.parse(content, parser));
	}

	/**
	 * A signing key, {@code assertion.key-location}, with its certificate, if there is
	 * one.
	 */
	public Supplier<Credential<SigningKey>> key(KeyFile file) {
		KeyFileReader reader = new KeyFileReader(this.resources, file);
		return new Reloading<>("assertion.key-location", reader::read, reader::parse);
	}

}
