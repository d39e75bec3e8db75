/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * The clients of {@link AuthorizationServer}: {@code orders} with a secret and tokens
 * that can be revoked; {@code portal}, whose users log in; one with JWTs for each way,
 * whose id is the name of the algorithm or of the method.
 */
final class RegisteredClients implements RegisteredClientRepository {

	private final Map<String, RegisteredClient> byId = new ConcurrentHashMap<>();

	private final Map<String, RegisteredClient> byClientId = new ConcurrentHashMap<>();

	private final Duration lifetime;

	private final String keys;

	RegisteredClients(Duration lifetime, String keys) {
		this.lifetime = lifetime;
		this.keys = keys;
		all().forEach(this::save);
	}

	@Override
	public void save(RegisteredClient client) {
		this.byId.put(client.getId(), client);
		this.byClientId.put(client.getClientId(), client);
	}

	@Override
	public @Nullable RegisteredClient findById(String id) {
		return this.byId.get(id);
	}

	@Override
	public @Nullable RegisteredClient findByClientId(String clientId) {
		return this.byClientId.get(clientId);
	}

	/**
	 * Change the secrets of a client.
	 */
	void secrets(String clientId, String... secrets) {
		// What the server keeps about a client goes by the id.
		save(RegisteredClient.from(this.byClientId.get(clientId))
			.id(UUID.randomUUID().toString())
			.clientSecret(String.join(" ", secrets))
			.build());
	}

	private List<RegisteredClient> all() {
		List<RegisteredClient> all = new ArrayList<>();
		all.add(client("orders", ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
			.clientSecret(AuthorizationServer.SECRET)
			.tokenSettings(tokens().accessTokenFormat(OAuth2TokenFormat.REFERENCE).build())
			.build());
		all.add(client("portal", ClientAuthenticationMethod.CLIENT_SECRET_BASIC).clientSecret("secret")
			.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
			.redirectUri("http://127.0.0.1/login/oauth2/code/portal")
			.tokenSettings(tokens().accessTokenFormat(OAuth2TokenFormat.REFERENCE).build())
			.build());
		all.add(client("api", ClientAuthenticationMethod.CLIENT_SECRET_BASIC).clientSecret("secret").build());
		for (ClientAuthenticationMethod method : List.of(ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
				ClientAuthenticationMethod.CLIENT_SECRET_POST)) {
			all.add(client(method.getValue(), method).clientSecret(AuthorizationServer.SECRET).build());
		}
		for (MacAlgorithm algorithm : MacAlgorithm.values()) {
			all.add(client(algorithm.getName(), ClientAuthenticationMethod.CLIENT_SECRET_JWT)
				.clientSecret(AuthorizationServer.secret(algorithm.getName()))
				.clientSettings(
						settings(algorithm.getName()).tokenEndpointAuthenticationSigningAlgorithm(algorithm).build())
				.build());
		}
		for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
			all.add(client(algorithm.getName(), ClientAuthenticationMethod.PRIVATE_KEY_JWT)
				.clientSettings(
						settings(algorithm.getName()).tokenEndpointAuthenticationSigningAlgorithm(algorithm).build())
				.build());
		}
		for (ClientAuthenticationMethod method : List.of(ClientAuthenticationMethod.TLS_CLIENT_AUTH,
				ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH)) {
			all.add(client(method.getValue(), method)
				.clientSettings(settings(method.getValue()).x509CertificateSubjectDN("CN=orders").build())
				.tokenSettings(tokens().x509CertificateBoundAccessTokens(true).build())
				.build());
		}
		return all;
	}

	private RegisteredClient.Builder client(String id, ClientAuthenticationMethod method) {
		return RegisteredClient.withId(id)
			.clientId(id)
			.clientAuthenticationMethod(method)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scope("inventory.read")
			.tokenSettings(tokens().build());
	}

	private TokenSettings.Builder tokens() {
		return TokenSettings.builder().accessTokenTimeToLive(this.lifetime);
	}

	private ClientSettings.Builder settings(String id) {
		return ClientSettings.builder().jwkSetUrl(this.keys + id);
	}

}
