/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.text.ParseException;
import java.util.Map;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.token.TokenSources;

/**
 * An application with the starter, whose API is Keycloak's user info.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Application {

	private static final String USER_INFO_PATH = "/protocol/openid-connect/userinfo";

	/**
	 * The application, with tokens from the server by its own name.
	 */
	static ApplicationContextRunner of(Keycloak keycloak) {
		return calling(keycloak).withPropertyValues("oauth.client.issuer-uri=" + keycloak.realm());
	}

	/**
	 * The application, without a place to get tokens from.
	 */
	static ApplicationContextRunner calling(Keycloak keycloak) {
		return new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues(keycloak.certificates().trust())
			.withPropertyValues("oauth.client.base-url=" + keycloak.realm(), "oauth.client.scope=openid");
	}

	/**
	 * Call the API.
	 * @return the name of the caller
	 */
	static String whoAmI(ApplicationContext context) {
		return context.getBean(RestClient.class)
			.get()
			.uri(USER_INFO_PATH)
			.retrieve()
			.requiredBody(new ParameterizedTypeReference<Map<String, String>>() {
			})
			.get("preferred_username");
	}

	/**
	 * What is in the token that the API gets.
	 */
	static JWTClaimsSet token(ApplicationContext context) throws ParseException {
		return SignedJWT.parse(context.getBean(TokenSources.class).get("default").await().value()).getJWTClaimsSet();
	}

}
