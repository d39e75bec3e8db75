/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.keycloak;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/**
 * Keycloak's admin REST API.
 */
final class KeycloakAdmin {

	private static final ParameterizedTypeReference<Map<String, Object>> OBJECT = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<List<Map<String, Object>>> OBJECTS = new ParameterizedTypeReference<>() {
	};

	private final RestClient api;

	KeycloakAdmin(String url, String secret) {
		Map<String, Object> token = RestClient.create()
			.post()
			.uri(url + "/realms/master/protocol/openid-connect/token")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body("grant_type=client_credentials&client_id=admin&client_secret=" + secret)
			.retrieve()
			.requiredBody(OBJECT);
		this.api = RestClient.builder()
			.baseUrl(url + "/admin/realms/outbound")
			.defaultHeader("Authorization", "Bearer " + token.get("access_token"))
			.build();
	}

	/**
	 * Give a client another secret; the one before does not work any more.
	 * @return the new secret, which Keycloak made up
	 */
	String changeSecret(String client) {
		return (String) this.api.post()
			.uri("/clients/{id}/client-secret", client(client).get("id"))
			.retrieve()
			.requiredBody(OBJECT)
			.get("value");
	}

	/**
	 * Let a client sign its assertions with these keys and no other.
	 */
	@SuppressWarnings("unchecked")
	void trust(String client, JWK... keys) {
		Map<String, Object> changed = client(client);
		Map<String, Object> attributes = (Map<String, Object>) changed.get("attributes");
		attributes.put("jwks.string", JSONObjectUtils
			.toJSONString(Map.of("keys", Arrays.stream(keys).map(KeycloakAdmin::forSignatures).toList())));
		this.api.put().uri("/clients/{id}", changed.get("id")).body(changed).retrieve().toBodilessEntity();
	}

	/**
	 * A public key as Keycloak wants it: it ignores keys that do not say what they are
	 * for.
	 */
	private static Map<String, Object> forSignatures(JWK key) {
		Map<String, Object> members = key.toPublicJWK().toJSONObject();
		members.put("use", "sig");
		return members;
	}

	/**
	 * Refuse all tokens that were issued before.
	 * @param epochSecond the first second whose tokens are good
	 */
	void revokeTokensBefore(long epochSecond) {
		this.api.put().body(Map.of("realm", "outbound", "notBefore", epochSecond)).retrieve().toBodilessEntity();
	}

	private Map<String, Object> client(String client) {
		return this.api.get().uri("/clients?clientId={client}", client).retrieve().requiredBody(OBJECTS).get(0);
	}

}
