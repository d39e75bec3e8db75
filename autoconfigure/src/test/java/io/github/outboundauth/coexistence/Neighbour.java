/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.coexistence;

import java.util.List;
import java.util.stream.Stream;

/**
 * What guards an application that the starter is added to.
 */
enum Neighbour {

	/** Nothing. */
	NO_SECURITY("no security", List.of(), List.of()),

	/** What Spring Boot makes of the starter alone. */
	SECURITY_STARTER("security starter", Jars.SECURITY, List.of("spring.security.user.password=secret")),

	/** A chain of the application, with a login page. */
	FORM_LOGIN("form login", Jars.SECURITY, List.of("spring.security.user.password=secret")),

	/** Users who log in with a registration of Spring's own. */
	OAUTH2_LOGIN("`oauth2Login`", Jars.and(Jars.SECURITY, Jars.LIBRARY, "spring-boot-security-oauth2-client"),
			List.of("spring.security.oauth2.client.registration.github.client-id=portal",
					"spring.security.oauth2.client.registration.github.client-secret=secret")),

	/** Callers with tokens. */
	RESOURCE_SERVER("resource server",
			Jars.and(Jars.SECURITY, Jars.JOSE, "spring-boot-security-oauth2-resource-server",
					"spring-security-oauth2-resource-server"),
			List.of("spring.security.oauth2.resourceserver.jwt.jwk-set-uri=https://idp.example.com/keys")),

	/** An authorization server in the same application. */
	AUTHORIZATION_SERVER("authorization server",
			Jars.and(Jars.SECURITY, Jars.JOSE, "oauth2-oidc-sdk", "spring-boot-security-oauth2-resource-server",
					"spring-security-oauth2-resource-server", "spring-boot-security-oauth2-authorization-server",
					"spring-security-oauth2-authorization-server"),
			List.of("spring.security.user.password=secret",
					"spring.security.oauth2.authorizationserver.client.a.registration.client-id=a",
					"spring.security.oauth2.authorizationserver.client.a.registration.client-secret={noop}secret",
					"spring.security.oauth2.authorizationserver.client.a.registration.client-authentication-methods=client_secret_basic",
					"spring.security.oauth2.authorizationserver.client.a.registration.authorization-grant-types=client_credentials"));

	private final String title;

	private final List<String> jars;

	private final List<String> properties;

	Neighbour(String title, List<String> jars, List<String> properties) {
		this.title = title;
		this.jars = jars;
		this.properties = properties;
	}

	String title() {
		return this.title;
	}

	/**
	 * The jars that it brings, by their names without versions.
	 */
	List<String> jars() {
		return this.jars;
	}

	List<String> properties() {
		return this.properties;
	}

	/**
	 * Jars that not every application has.
	 */
	static final class Jars {

		static final List<String> JOSE = List.of("spring-security-oauth2-core", "spring-security-oauth2-jose",
				"nimbus-jose-jwt");

		static final List<String> SECURITY = List.of("spring-boot-security", "spring-security-config",
				"spring-security-core", "spring-security-crypto", "spring-security-web");

		/** What our jar brings. */
		static final List<String> LIBRARY = and(JOSE,
				List.of("spring-security-core", "spring-security-crypto", "spring-security-web"),
				"spring-security-oauth2-client", "oauth2-oidc-sdk");

		private Jars() {
		}

		static List<String> and(List<String> some, String... others) {
			return and(some, List.of(), others);
		}

		static List<String> and(List<String> some, List<String> more, String... others) {
			return Stream.of(some, more, List.of(others)).flatMap(List::stream).distinct().toList();
		}

	}

}
