/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.autoconfigure.credentials.CredentialBundles;
import io.github.outboundauth.autoconfigure.credentials.CredentialFiles;
import io.github.outboundauth.autoconfigure.credentials.KeyFile;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Assertion;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Http;
import io.github.outboundauth.endpoint.AssertionAuthentication;
import io.github.outboundauth.endpoint.ClientAuthentication;
import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.endpoint.SecretAuthentication;
import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;

import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_BASIC;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_JWT;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_POST;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.NONE;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.PRIVATE_KEY_JWT;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.TLS_CLIENT_AUTH;

/**
 * Makes of what is configured for one registration the way in which its client proves
 * itself. Credentials are read once, so that what cannot be used stops the start.
 */
final class CredentialMapper {

	private static final List<ClientAuthenticationMethod> METHODS = List.of(CLIENT_SECRET_BASIC, CLIENT_SECRET_POST,
			CLIENT_SECRET_JWT, PRIVATE_KEY_JWT, TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH, NONE);

	private static final List<ClientAuthenticationMethod> WITH_SECRET = List.of(CLIENT_SECRET_BASIC, CLIENT_SECRET_POST,
			CLIENT_SECRET_JWT);

	private final OAuthClientProperties properties;

	private final PropertyChecks checks;

	private final CredentialFiles files;

	private final CredentialBundles bundles;

	private final Assertion assertion;

	private final boolean assertionIsGrant;

	CredentialMapper(OAuthClientProperties properties, RequestStyle style, PropertyChecks checks, CredentialFiles files,
			CredentialBundles bundles) {
		this.properties = properties;
		this.checks = checks;
		this.files = files;
		this.bundles = bundles;
		this.assertion = Objects.requireNonNullElse(properties.assertion(), Assertion.EMPTY);
		this.assertionIsGrant = style.grantType().equals(RequestStyle.JWT_BEARER);
	}

	/**
	 * How the client proves itself, and the assertion that is the grant, if there is one.
	 */
	List<ClientAuthentication> proofs() {
		if (!isMethodKnown()) {
			return List.of(ClientAuthentication.without(NONE));
		}
		List<ClientAuthentication> proofs = new ArrayList<>();
		ClientAuthenticationMethod method = method();
		refuseUnused((method != null) ? method : CLIENT_SECRET_BASIC);
		proofs.add((method != null) ? proof(method) : secret(List.of(CLIENT_SECRET_BASIC, CLIENT_SECRET_POST)));
		if (this.assertionIsGrant) {
			if (PRIVATE_KEY_JWT.equals(method) && this.assertion.location() != null) {
				this.checks.problem("assertion.location", "is the grant, which cannot authenticate the client as well",
						"sign with assertion.key-location, or remove client-authentication-method");
			}
			proofs.add(assertion(NONE));
		}
		return proofs;
	}

	private boolean isMethodKnown() {
		String key = "client-authentication-method";
		String value = this.properties.clientAuthenticationMethod();
		if (value == null || METHODS.contains(method(value))) {
			return true;
		}
		if (this.checks.isResolved(key, value)) {
			this.checks.problem(key, "is not one that there is",
					"write one of " + METHODS.stream().map(ClientAuthenticationMethod::getValue).toList());
		}
		return false;
	}

	private static ClientAuthenticationMethod method(String value) {
		return new ClientAuthenticationMethod(value.strip().replace('-', '_'));
	}

	/**
	 * The method that is configured, or follows from what is; {@code null} if that leaves
	 * a choice of methods with a secret.
	 */
	private @Nullable ClientAuthenticationMethod method() {
		String value = this.properties.clientAuthenticationMethod();
		if (value != null) {
			return method(value);
		}
		if (hasSecret()) {
			return null;
		}
		return this.assertionIsGrant ? NONE : hasAssertion() ? PRIVATE_KEY_JWT : null;
	}

	private boolean hasSecret() {
		return this.properties.clientSecret() != null || this.properties.clientSecretLocation() != null;
	}

	private boolean hasAssertion() {
		return Stream.of(this.assertion.keyLocation(), this.assertion.sslBundle(), this.assertion.location())
			.anyMatch(Objects::nonNull);
	}

	private ClientAuthentication proof(ClientAuthenticationMethod method) {
		if (method.equals(PRIVATE_KEY_JWT)) {
			return assertion(method);
		}
		if (method.equals(CLIENT_SECRET_JWT)) {
			int before = this.checks.count();
			new AssertionKeys(this.assertion, this.checks).checkValues();
			Supplier<Credential<String>> secret = secret();
			String key = (this.properties.clientSecretLocation() != null) ? "client-secret-location" : "client-secret";
			return signed(method, (this.checks.count() == before) ? key : null,
					map(secret, (value) -> SigningKey.ofSecret(value, this.assertion.algorithm())));
		}
		if (method.getValue().contains("tls")) {
			checkTls();
		}
		return WITH_SECRET.contains(method) ? secret(List.of(method)) : ClientAuthentication.without(method);
	}

	private ClientAuthentication secret(List<ClientAuthenticationMethod> methods) {
		return new SecretAuthentication(methods, secret(), this.properties.clientSecretLocation() != null);
	}

	private void checkTls() {
		Http http = Http.EMPTY.orElse(this.properties.http());
		this.checks.text("http.ssl.bundle", (http.ssl() != null) ? http.ssl().bundle() : null,
				"write the name of the SSL bundle with the client's certificate and key");
		String tokenUri = this.properties.tokenUri();
		if (tokenUri != null && tokenUri.strip().toLowerCase(Locale.ROOT).startsWith("http:")) {
			this.checks.problem("token-uri", "uses http, where no client certificate can be shown", "use https");
		}
	}

	private void refuseUnused(ClientAuthenticationMethod method) {
		if (!WITH_SECRET.contains(method)) {
			refuse("client-secret", this.properties.clientSecret(), method);
			refuse("client-secret-location", this.properties.clientSecretLocation(), method);
		}
		AssertionKeys keys = new AssertionKeys(this.assertion, this.checks);
		if (method.equals(PRIVATE_KEY_JWT) || this.assertionIsGrant) {
			keys.refuseUnusedBySource();
		}
		else {
			keys.refuseUnusedBy(method);
		}
	}

	private void refuse(String key, @Nullable String value, ClientAuthenticationMethod method) {
		if (value != null) {
			this.checks.problem(key, "is not used by the method " + method.getValue(),
					"remove it, or configure another client-authentication-method");
		}
	}

	/**
	 * The secret; after a problem a placeholder.
	 */
	private Supplier<Credential<String>> secret() {
		String location = this.properties.clientSecretLocation();
		if (location != null) {
			if (this.properties.clientSecret() != null) {
				this.checks.problem("client-secret-location", "is set, and client-secret too", "remove one of the two");
			}
			Supplier<Credential<String>> file = this.files.secret(location);
			read("client-secret-location", location, file);
			return file;
		}
		String secret = this.checks.text("client-secret", this.properties.clientSecret(),
				"write it, in a file as a placeholder such as ${CLIENT_SECRET}, "
						+ "or configure another client-authentication-method");
		Credential<String> credential = new Credential<>((secret != null) ? secret : "",
				(secret != null && !secret.strip().equals(secret))
						? "client-secret begins or ends with white space, which is sent" : null);
		return () -> credential;
	}

	private ClientAuthentication assertion(ClientAuthenticationMethod method) {
		String keyLocation = this.assertion.keyLocation();
		String bundle = this.assertion.sslBundle();
		String location = this.assertion.location();
		long sources = Stream.of(keyLocation, bundle, location).filter(Objects::nonNull).count();
		if (sources != 1) {
			this.checks.problem("assertion", (sources == 0) ? "has no key" : "has several keys",
					"write one of assertion.key-location, assertion.ssl-bundle and assertion.location");
			return ClientAuthentication.without(method);
		}
		if (location != null) {
			Supplier<Credential<String>> file = this.files.assertion(location);
			read("assertion.location", location, file);
			return AssertionAuthentication.readyMade(method, file, Clock.systemUTC());
		}
		int before = this.checks.count();
		new AssertionKeys(this.assertion, this.checks).checkValues();
		if (bundle != null) {
			return signed(method, (this.checks.count() == before) ? "assertion.ssl-bundle" : null,
					this.bundles.key(bundle, this.assertion.keyId(), this.assertion.algorithm()));
		}
		String key = Objects.requireNonNull(keyLocation);
		Supplier<Credential<SigningKey>> file = this.files.key(new KeyFile(key, this.assertion.keyPassword(),
				this.assertion.keyId(), this.assertion.algorithm(), this.assertion.certificateLocation()));
		return signed(method, (this.checks.count() == before) ? "assertion.key-location" : null, file);
	}

	/**
	 * Assertions that are signed for each request.
	 * @param key what a key that cannot be used is reported for; {@code null} if there
	 * was a problem with it before
	 */
	private ClientAuthentication signed(ClientAuthenticationMethod method, @Nullable String key,
			Supplier<Credential<SigningKey>> keys) {
		// What is claimed further is claimed by the grant, if there is one.
		boolean claims = !this.assertionIsGrant || method.equals(NONE);
		return new AssertionMapper(this.properties, this.assertion, this.checks).signed(method, claims, key, keys);
	}

	private void read(String key, String location, Supplier<?> file) {
		if (this.checks.text(key, location, "write the path of a file") == null) {
			return;
		}
		try {
			file.get();
		}
		catch (InvalidCredentialException ex) {
			this.checks.problem(key, ex.problem(), ex.remedy());
		}
	}

	private static <T, R> Supplier<Credential<R>> map(Supplier<Credential<T>> credentials, Function<T, R> function) {
		return () -> {
			Credential<T> credential = credentials.get();
			return new Credential<>(function.apply(credential.value()), credential.remark());
		};
	}

}
