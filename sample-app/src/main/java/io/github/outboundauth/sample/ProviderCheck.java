/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

/**
 * Says what a real provider and a real API answer. Without a token it is not reached: the
 * application does not start.
 */
@Component
@Profile("external")
class ProviderCheck implements ApplicationRunner {

	private static final Log logger = LogFactory.getLog(ProviderCheck.class);

	private final TokenSource source;

	private final RestClient restClient;

	private final Set<String> sentTokens = new CopyOnWriteArraySet<>();

	ProviderCheck(TokenSources sources, RestClient restClient) {
		this.source = sources.get("default");
		this.restClient = restClient.mutate().requestInterceptor(this::remember).build();
	}

	@Override
	public void run(ApplicationArguments args) {
		AccessToken token = this.source.await();
		logger.info("Obtained a token. It lives for "
				+ Duration.between(token.issuedAt(), token.expiresAt()).toSeconds() + " seconds.");
		try {
			report(this.restClient.get()
				.retrieve()
				.onStatus(HttpStatusCode::isError, ProviderCheck::accept)
				.toEntity(String.class));
		}
		catch (RestClientException ex) {
			logger.error("The API could not be called: " + ex.getMessage() + ". Check API_URL.");
		}
	}

	/**
	 * An error is an answer too.
	 */
	private static void accept(HttpRequest request, ClientHttpResponse response) {
	}

	/**
	 * This interceptor is the last: what it sees is sent.
	 */
	private ClientHttpResponse remember(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		request.getHeaders()
			.getOrEmpty(HttpHeaders.AUTHORIZATION)
			.forEach((value) -> this.sentTokens.add(value.substring("Bearer ".length())));
		return execution.execute(request, body);
	}

	private void report(ResponseEntity<String> answer) {
		String body = (answer.getBody() != null) ? withoutTokens(answer.getBody()) : "(no body)";
		if (answer.getStatusCode().isError()) {
			logger.error("The API answered with an error, " + answer.getStatusCode() + ":\n" + body);
		}
		else {
			logger.info("The API answered " + answer.getStatusCode() + ":\n" + body);
		}
	}

	/**
	 * Some APIs that are made for trying things out answer with what they were sent. The
	 * call is repeated with another token if they refuse the first.
	 */
	private String withoutTokens(String body) {
		String hidden = body;
		for (String token : this.sentTokens) {
			hidden = hidden.replace(token, "******");
		}
		return hidden;
	}

}
