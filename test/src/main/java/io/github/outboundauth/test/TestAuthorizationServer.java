/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import org.springframework.http.HttpHeaders;

/**
 * An authorization server that answers as a test says, with tokens unless it says
 * otherwise. It runs on a free port of this machine, and takes every client and every
 * credential. Thread-safe.
 * <p>
 * As the only static field of its type in a test class, it takes the place of every
 * {@code token-uri}, {@code issuer-uri} and {@code metadata-uri} of the application:
 * <pre class="code">
 * &#064;RegisterExtension
 * static final TestAuthorizationServer server = new TestAuthorizationServer();
 * </pre> A test class with several of them says itself who asks which, with
 * {@code @DynamicPropertySource} and {@link #tokenUri()}.
 * <p>
 * Each test begins with the usual answers and without received requests. What the
 * application knows stays: a token that it has, or a pause after a failure, lives as long
 * as the application context. The server is closed after the last test class.
 */
public final class TestAuthorizationServer implements BeforeAllCallback, BeforeEachCallback, AutoCloseable {

	private static final Namespace NAMESPACE = Namespace.create(TestAuthorizationServer.class);

	private static final String METADATA = "/.well-known/openid-configuration";

	private final LoopbackServer server = new LoopbackServer();

	private final Queue<TokenAnswer> nextAnswers = new ConcurrentLinkedQueue<>();

	private final List<ReceivedTokenRequest> requests = new CopyOnWriteArrayList<>();

	private final AtomicInteger tokenCount = new AtomicInteger();

	private final Set<String> validTokens = ConcurrentHashMap.newKeySet();

	private volatile TokenAnswer answer = TokenAnswer.token();

	/**
	 * Start a server.
	 */
	public TestAuthorizationServer() {
		this.server.serve("/token", this::token);
		this.server.serve(METADATA, this::metadata);
		this.server.serve("/.well-known/oauth-authorization-server", this::metadata);
	}

	/**
	 * Where tokens are to be had.
	 * @return the URI of the token endpoint
	 */
	public String tokenUri() {
		return this.server.url("/token");
	}

	/**
	 * Who the server says it is, in its metadata.
	 * @return the URI of the issuer
	 */
	public String issuerUri() {
		return this.server.url("");
	}

	String metadataUri() {
		return this.server.url(METADATA);
	}

	/**
	 * Answer every token request like this, until the test ends.
	 * @param answer the answer
	 */
	public void answer(TokenAnswer answer) {
		this.answer = answer;
	}

	/**
	 * Answer the next token requests like this, one after the other, and further ones as
	 * before. A failure that may pass is followed by another request of the same client.
	 * @param answers an answer for each request
	 */
	public void answerNext(TokenAnswer... answers) {
		this.nextAnswers.addAll(List.of(answers));
	}

	/**
	 * The token requests that this test has made, in the order in which they came.
	 * @return a copy
	 */
	public List<ReceivedTokenRequest> tokenRequests() {
		return List.copyOf(this.requests);
	}

	/**
	 * Whether an API should accept a call: whether its token is one of this server, and
	 * not revoked. Lifetimes are not looked at.
	 * @param authorization the header {@code Authorization} of the call; {@code null} for
	 * none
	 * @return whether the token is valid
	 */
	public boolean accepts(@Nullable String authorization) {
		return authorization != null && authorization.startsWith("Bearer ")
				&& this.validTokens.contains(authorization.substring("Bearer ".length()));
	}

	/**
	 * Revoke all tokens. Who has one does not know until an API refuses it.
	 */
	public void revokeTokens() {
		this.validTokens.clear();
	}

	private void token(HttpExchange exchange) throws IOException {
		String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
		TokenAnswer answer = Objects.requireNonNullElseGet(this.nextAnswers.poll(), () -> this.answer);
		String token = answer.body().contains(TokenAnswer.TOKEN) ? newToken() : null;
		this.requests
			.add(new ReceivedTokenRequest(headers(exchange), ReceivedTokenRequest.parse(query + "&" + form), token));
		waitFor(answer.delay());
		if (answer.retryAfter() != null) {
			exchange.getResponseHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(answer.retryAfter().toSeconds()));
		}
		String body = (token != null) ? answer.body().replace(TokenAnswer.TOKEN, token) : answer.body();
		send(exchange, answer.status(), answer.contentType(), body);
	}

	private static HttpHeaders headers(HttpExchange exchange) {
		HttpHeaders headers = new HttpHeaders();
		exchange.getRequestHeaders().forEach(headers::addAll);
		return headers;
	}

	private String newToken() {
		String token = "issued-token-" + this.tokenCount.incrementAndGet();
		this.validTokens.add(token);
		return token;
	}

	private static void waitFor(Duration delay) {
		try {
			Thread.sleep(delay.toMillis());
		}
		catch (InterruptedException ex) {
			// The server is closed.
			Thread.currentThread().interrupt();
		}
	}

	private void metadata(HttpExchange exchange) throws IOException {
		send(exchange, 200, "application/json",
				"{\"issuer\":\"" + issuerUri() + "\",\"token_endpoint\":\"" + tokenUri() + "\"}");
	}

	private static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set(HttpHeaders.CONTENT_TYPE, contentType);
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		exchange.getResponseBody().write(bytes);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		// Contexts that are cached may ask it in a later test class.
		context.getRoot().getStore(NAMESPACE).put(this, this);
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.nextAnswers.clear();
		this.answer = TokenAnswer.token();
		this.requests.clear();
	}

	@Override
	public void close() {
		this.server.close();
	}

	@Override
	public String toString() {
		return "TestAuthorizationServer[" + issuerUri() + "]";
	}

}
