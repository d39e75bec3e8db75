/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint;

import java.io.IOException;
import java.io.InputStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;

/**
 * A response whose content type can be asked for: some servers send one that is none, and
 * the HTTP client would give up before the body is looked at.
 */
final class ReadableResponse implements ClientHttpResponse {

	private final ClientHttpResponse response;

	private final HttpHeaders headers = new HttpHeaders();

	ReadableResponse(ClientHttpResponse response) {
		this.response = response;
		this.headers.putAll(response.getHeaders());
		try {
			this.headers.getContentType();
		}
		catch (InvalidMediaTypeException ex) {
			this.headers.setContentType(MediaType.APPLICATION_OCTET_STREAM);
		}
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public HttpStatusCode getStatusCode() throws IOException {
		return this.response.getStatusCode();
	}

	@Override
	public String getStatusText() throws IOException {
		return this.response.getStatusText();
	}

	@Override
	public InputStream getBody() throws IOException {
		return this.response.getBody();
	}

	@Override
	public void close() {
		this.response.close();
	}

}
