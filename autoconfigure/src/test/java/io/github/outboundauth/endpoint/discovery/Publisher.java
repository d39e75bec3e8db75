/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.ManualTime;
import io.github.outboundauth.token.TokenFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A server with documents at paths, and a client that reaches it by any name.
 */
final class Publisher implements AutoCloseable {

	static final String OIDC = "/.well-known/openid-configuration";

	static final String OAUTH = "/.well-known/oauth-authorization-server";

	static final String ISSUER = "https://idp.example.com";

	private static final Script NOT_FOUND = Script.json(404, "{\"error\":\"canary\"}");

	private final Map<String, Script> documents = new HashMap<>();

	final ScriptedServer server = new ScriptedServer(NOT_FOUND);

	final ManualTime time = new ManualTime();

	private final ClientHttpRequestFactory client = ClientHttpRequestFactoryBuilder.reactor()
		.build(HttpClientSettings.defaults()
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));

	/** Runs what nobody waits for: at once, so that tests see what comes of it. */
	volatile Executor executor = Runnable::run;

	/** Where requests go, whatever their host. */
	volatile UnaryOperator<String> route = this.server::url;

	/**
	 * Publish a document. A request that has arrived gets the one before.
	 */
	Publisher publish(String path, Script script) {
		this.documents.put(path, script);
		Map<String, Script> documents = Map.copyOf(this.documents);
		this.server
			.script((request, socket) -> documents.getOrDefault(request.path(), NOT_FOUND).answer(request, socket));
		return this;
	}

	Publisher publish(String path, String issuer, String tokenEndpoint) {
		return publish(path, Script.json(200, json(issuer, tokenEndpoint)));
	}

	Publisher publish() {
		return publish(OIDC, ISSUER, ISSUER + "/token");
	}

	static String json(String issuer, String tokenEndpoint) {
		return "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + tokenEndpoint + "\"}";
	}

	ClientHttpRequestFactory client() {
		return (uri, method) -> this.client.createRequest(URI.create(this.route.apply(uri.getRawPath())), method);
	}

	Discovery discovery(String issuer) {
		return discovery(new Issuer(issuer, null, false));
	}

	Discovery discovery(Issuer issuer) {
		return new Discovery(issuer, client(), 65536, this.time, (task) -> this.executor.execute(task));
	}

	Discovery discovery() {
		return discovery(ISSUER);
	}

	List<String> paths() {
		return this.server.requests().stream().map(Request::path).toList();
	}

	static TokenFailure failure(AuthorizationServerLocator servers) {
		TokenFailure failure = catchThrowableOfType(TokenEndpointException.class, () -> servers.locate("billing"))
			.failure();
		assertThat(failure.message()).startsWith("OAuth2 client 'billing': ").doesNotContain("canary");
		return failure;
	}

	@Override
	public void close() {
		this.server.close();
	}

}
