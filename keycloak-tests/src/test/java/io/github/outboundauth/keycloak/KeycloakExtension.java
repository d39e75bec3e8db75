/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import org.springframework.util.FileSystemUtils;

/**
 * Gives all tests the same {@link Keycloak}, which stops after the last of them.
 */
class KeycloakExtension implements ParameterResolver {

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == Keycloak.class;
	}

	@Override
	public Keycloak resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return context.getRoot()
			.getStore(Namespace.create(Keycloak.class))
			.computeIfAbsent(Keycloak.class, (key) -> start(), Keycloak.class);
	}

	private static Keycloak start() {
		try {
			Path directory = KeycloakProcess.HOME.resolveSibling("keycloak-files");
			FileSystemUtils.deleteRecursively(directory);
			return Keycloak.start(Files.createDirectories(directory));
		}
		catch (Exception ex) {
			throw new IllegalStateException("Keycloak did not start", ex);
		}
	}

}
