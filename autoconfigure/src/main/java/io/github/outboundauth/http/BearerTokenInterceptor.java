/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

import io.github.outboundauth.token.AccessToken;

/**
 * Puts the token of a registration on the requests of a {@code RestClient} or
 * {@code RestTemplate}. Which registration that is, the request says with Spring
 * Security's attribute, or else {@link #forRegistration(String)}. A request that has the
 * header of the token already is left alone. Thread-safe.
 * <p>
 * As with every interceptor, the body of a request is kept in memory, and so it can be
 * sent again after a 401. Where that is not wanted, as with large uploads, a
 * {@link BearerTokenRequestFactory} does the rest.
 *
 * @see org.springframework.security.oauth2.client.web.ClientAttributes
 */
public final class BearerTokenInterceptor implements ClientHttpRequestInterceptor {

	private final BearerTokens tokens;

	private final @Nullable BearerAccess access;

	/**
	 * Create an interceptor without a registration of its own.
	 * @param tokens the tokens there are
	 */
	public BearerTokenInterceptor(BearerTokens tokens) {
		this(tokens, null);
	}

	private BearerTokenInterceptor(BearerTokens tokens, @Nullable BearerAccess access) {
		this.tokens = tokens;
		this.access = access;
	}

	/**
	 * The same for requests that name no registration themselves.
	 * @param registrationId the registration whose token they get
	 * @return a copy
	 * @throws io.github.outboundauth.token.TokenSources.UnknownRegistrationException if
	 * there is no such registration
	 */
	public BearerTokenInterceptor forRegistration(String registrationId) {
		return new BearerTokenInterceptor(this.tokens, this.tokens.get(registrationId));
	}

	/**
	 * The same where registrations may send their token to one more origin each. What is
	 * given here is not held against {@code allow-insecure-http}: over http beyond
	 * loopback anybody on the way can read the token, so it is for the caller to give
	 * https only.
	 * @param urls absolute URLs of the origins, by registration id
	 * @return a copy
	 * @throws io.github.outboundauth.token.TokenSources.UnknownRegistrationException if
	 * there is no such registration
	 */
	public BearerTokenInterceptor allowing(Map<String, URI> urls) {
		return with(this.tokens.allowing(urls));
	}

	/**
	 * The same for a client whose HTTP engine follows no redirects: they are followed
	 * here, each as a request of its own, as far as they lead to the same origin. Others
	 * end the call with an exception. What cannot be sent again is not sent to where a
	 * redirect leads: the caller gets the redirect.
	 * @return a copy
	 */
	public BearerTokenInterceptor followingRedirects() {
		return with(this.tokens.followingRedirects());
	}

	private BearerTokenInterceptor with(BearerTokens tokens) {
		return new BearerTokenInterceptor(tokens,
				(this.access != null) ? tokens.get(this.access.registrationId()) : null);
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		BearerAccess access = access(request, request.getHeaders());
		ClientHttpResponse response = call(request, body, execution, access);
		HttpRequest last = request;
		byte[] content = body;
		for (int count = 0; count < Redirect.LIMIT; count++) {
			Redirect redirect = redirect(last, response, access);
			if (redirect == null) {
				break;
			}
			release(response);
			last = redirect.request(last);
			content = redirect.withBody() ? content : new byte[0];
			response = call(last, content, execution, access);
		}
		return response;
	}

	private static ClientHttpResponse call(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			@Nullable BearerAccess access) throws IOException {
		AccessToken token = (access != null) ? access.await() : null;
		if (access == null || token == null) {
			return execution.execute(request, body);
		}
		try {
			return execute(request, body, execution, access, token);
		}
		finally {
			// Who calls again, such as an interceptor that retries, starts from scratch.
			access.policy().header().removeFrom(request.getHeaders());
		}
	}

	/**
	 * The same for a request that can be executed once only.
	 * @param headers those of the application, in which no token is put
	 * @return a response, and a request that it asks for if that is to be sent
	 */
	Sent execute(ClientHttpRequest request, HttpHeaders headers) throws IOException {
		BearerAccess access = access(request, headers);
		AccessToken token = (access != null) ? access.await() : null;
		request.getHeaders().putAll(headers);
		if (access != null && token != null) {
			access.policy().header().addTo(request.getHeaders(), token);
		}
		ClientHttpResponse response = request.execute();
		if (access != null && token != null && isRejection(response)) {
			access.source().reject(token);
		}
		return new Sent(response, redirect(request, response, access));
	}

	/**
	 * The access that a request is to have, or {@code null} if it has credentials.
	 */
	private @Nullable BearerAccess access(HttpRequest request, HttpHeaders headers) {
		BearerAccess access = BearerAccess.of(headers, this.tokens, this.access, request.getAttributes());
		if (access != null) {
			access.check(request.getURI());
		}
		return access;
	}

	private static ClientHttpResponse execute(HttpRequest request, byte[] body, ClientHttpRequestExecution execution,
			BearerAccess access, AccessToken token) throws IOException {
		access.policy().header().addTo(request.getHeaders(), token);
		ClientHttpResponse response = execution.execute(request, body);
		AccessToken other = isRejection(response) ? access.awaitReplacement(token) : null;
		if (other == null) {
			return response;
		}
		release(response);
		access.policy().header().addTo(request.getHeaders(), other);
		ClientHttpResponse second = execution.execute(request, body);
		if (isRejection(second)) {
			access.source().reject(other);
		}
		return second;
	}

	/**
	 * What an answer asks for, if it is to be sent.
	 * @param access that of the request, or {@code null} if it has credentials
	 */
	private @Nullable Redirect redirect(HttpRequest request, ClientHttpResponse response, @Nullable BearerAccess access)
			throws IOException {
		Redirect redirect = this.tokens.followsRedirects() ? Redirect.of(request.getURI(), request.getMethod(),
				response.getStatusCode().value(), response.getHeaders()) : null;
		if (redirect == null || !redirect.leavesOriginOf(request.getURI())) {
			return redirect;
		}
		BearerAccess client = (access != null) ? access : this.access;
		if (client == null) {
			return null;
		}
		release(response);
		throw client.refusal(redirect, request.getURI());
	}

	/**
	 * Let the connection go: for the next request if the body ends soon, else for good.
	 */
	static void release(ClientHttpResponse response) {
		try (response) {
			InputStream body = response.getBody();
			long deadline = System.nanoTime() + BearerAccess.RELEASE_TIME.toNanos();
			int left = BearerAccess.RELEASE_SIZE;
			byte[] buffer = new byte[4096];
			for (int read = 0; read >= 0 && left > 0 && System.nanoTime() - deadline < 0; left -= read) {
				read = body.read(buffer);
			}
			// Most responses read what is left of an open stream when they are closed.
			body.close();
		}
		catch (IOException ex) {
			// The response is of no use any more.
		}
	}

	private static boolean isRejection(ClientHttpResponse response) throws IOException {
		return BearerAccess.isRejection(response.getStatusCode().value(), response.getHeaders());
	}

	/**
	 * What became of a request.
	 *
	 * @param response its response
	 * @param redirect what the response asks for, if that is to be sent
	 */
	record Sent(ClientHttpResponse response, @Nullable Redirect redirect) {

	}

}
