/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.Reloading;
import io.github.outboundauth.endpoint.credential.SigningKey;

/**
 * Signing keys that are kept in SSL bundles, {@code assertion.ssl-bundle}.
 */
public final class CredentialBundles {

	private final SslBundles bundles;

	/**
	 * Create it.
	 * @param bundles the SSL bundles of the application
	 */
	public CredentialBundles(SslBundles bundles) {
		this.bundles = bundles;
	}

	/**
	 * The key and the certificate of a bundle, which is asked for whenever the key is.
	 * What it returns is thread-safe, and throws {@link InvalidCredentialException} if
	 * there is no usable key and never was.
	 * @param name the name of the bundle
	 * @param keyId the id of the key; {@code null} for none
	 * @param algorithm the algorithm to sign with; {@code null} for all that fit
	 */
	public Supplier<Credential<SigningKey>> key(String name, @Nullable String keyId, @Nullable String algorithm) {
		if (this.bundles.getBundleNames().contains(name)) {
			// Otherwise the registry warns that nobody follows its updates.
			this.bundles.addBundleUpdateHandler(name, (updated) -> {
			});
		}
		return new Reloading<>("assertion.ssl-bundle", () -> bundle(name), (bundle) -> {
			try {
				return found(bundle).signingKey(keyId, algorithm);
			}
			catch (InvalidCredentialException ex) {
				throw new InvalidCredentialException("names '" + name + "', which " + ex.problem(), ex.remedy());
			}
		});
	}

	private SslBundle bundle(String name) {
		try {
			return this.bundles.getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			List<String> names = this.bundles.getBundleNames();
			throw new InvalidCredentialException("names '" + name + "', which is no SSL bundle",
					names.isEmpty() ? "configure it under spring.ssl.bundle" : "write one of " + names);
		}
	}

	private static FoundKey found(SslBundle bundle) {
		try {
			KeyStore keyStore = bundle.getStores().getKeyStore();
			List<String> aliases = (keyStore != null) ? keys(keyStore) : List.of();
			if (keyStore == null || aliases.isEmpty()) {
				throw new InvalidCredentialException("holds no key",
						"add a key store with a private key to the bundle");
			}
			String alias = alias(aliases, bundle.getKey().getAlias());
			Key key = keyStore.getKey(alias, password(bundle));
			if (!(key instanceof PrivateKey privateKey)) {
				throw new InvalidCredentialException("holds a key that is not private",
						"add a key store with a private key to the bundle");
			}
			return new FoundKey(privateKey, certificates(keyStore.getCertificateChain(alias)));
		}
		catch (UnrecoverableKeyException ex) {
			throw new InvalidCredentialException("holds a key with another password",
					"correct key.password of the bundle");
		}
		catch (GeneralSecurityException | IllegalStateException | IllegalArgumentException ex) {
			throw new InvalidCredentialException("cannot be read (" + ex.getClass().getSimpleName() + ")",
					"check the locations, types and passwords of the bundle");
		}
	}

	private static List<String> keys(KeyStore keyStore) throws KeyStoreException {
		List<String> aliases = new ArrayList<>();
		for (String alias : Collections.list(keyStore.aliases())) {
			if (keyStore.isKeyEntry(alias)) {
				aliases.add(alias);
			}
		}
		return aliases;
	}

	private static String alias(List<String> aliases, @Nullable String configured) {
		if (!StringUtils.hasLength(configured)) {
			if (aliases.size() > 1) {
				throw new InvalidCredentialException("holds " + aliases.size() + " keys",
						"write one of " + aliases + " as key.alias of the bundle");
			}
			return aliases.get(0);
		}
		// Stores differ in whether case counts.
		return aliases.stream()
			.filter(configured::equalsIgnoreCase)
			.findFirst()
			.orElseThrow(() -> new InvalidCredentialException("holds no key with the alias '" + configured + "'",
					"write one of " + aliases + " as key.alias of the bundle"));
	}

	private static char @Nullable [] password(SslBundle bundle) {
		String password = bundle.getKey().getPassword();
		if (password == null) {
			password = bundle.getStores().getKeyStorePassword();
		}
		return (password != null) ? password.toCharArray() : null;
	}

	private static List<X509Certificate> certificates(Certificate @Nullable [] chain) {
		return (chain != null)
				? Stream.of(chain).filter(X509Certificate.class::isInstance).map(X509Certificate.class::cast).toList()
				: List.of();
	}

}
