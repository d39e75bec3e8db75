/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * The request that an answer asks for instead of the one it answers. HTTP engines do not
 * agree where they send headers and bodies then, and which ones.
 *
 * @param uri where it goes
 * @param method its method
 * @param withBody whether it has the body of the first one, and the headers that describe
 * it
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.4">RFC 9110 section
 * 15.4</a>
 */
record Redirect(URI uri, HttpMethod method, boolean withBody) {

	/** How many are followed for one call, as browsers do. */
	static final int LIMIT = 20;

	private static final String COUNT = Redirect.class.getName() + ".count";

	/**
	 * What an answer asks for.
	 * @param uri where the request went
	 * @param method its method
	 * @param status the status of the answer
	 * @param headers the headers of the answer
	 * @return {@code null} if it does not lead to exactly one http or https URL
	 */
	static @Nullable Redirect of(URI uri, HttpMethod method, int status, HttpHeaders headers) {
		if (!isRedirect(status)) {
			return null;
		}
		List<String> locations = headers.getOrEmpty(HttpHeaders.LOCATION);
		URI target = (locations.size() == 1) ? resolve(uri, locations.get(0).strip()) : null;
		if (target == null) {
			return null;
		}
		boolean becomesGet = (status == 303 && method != HttpMethod.HEAD)
				|| (status <= 302 && method == HttpMethod.POST);
		return new Redirect(target, becomesGet ? HttpMethod.GET : method, !becomesGet);
	}

	static boolean isRedirect(int status) {
		return (status >= 301 && status <= 303) || status == 307 || status == 308;
	}

	/**
	 * The URL without fragment, which is never sent.
	 */
	private static @Nullable URI resolve(URI uri, String location) {
		int end = location.indexOf('#');
		String reference = (end >= 0) ? location.substring(0, end) : location;
		try {
			// What the JDK makes of a query alone is not what RFC 3986 wants.
			URI target = reference.startsWith("?")
					? new URI(uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + reference)
					: uri.resolve(new URI(reference));
			// What is looked at must be what is sent, which is its text.
			target = new URI(target.toString());
			String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
			return (target.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) ? target : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	/**
	 * Whether it leads to another server than that which answers with it.
	 * @param from where the request went
	 */
	boolean leavesOriginOf(URI from) {
		return from.getHost() == null || !AllowedOrigins.of(List.of(from)).contains(this.uri);
	}

	/**
	 * The same where there was no body to begin with.
	 */
	Redirect withoutBody() {
		return new Redirect(this.uri, this.method, false);
	}

	/**
	 * Of the headers of a request those that this one has, too.
	 */
	HttpHeaders headers(HttpHeaders headers) {
		HttpHeaders kept = new HttpHeaders();
		headers.forEach((name, values) -> {
			if (this.withBody || !describesBody(name)) {
				kept.put(name, values);
			}
		});
		return kept;
	}

	private static boolean describesBody(String name) {
		return name.regionMatches(true, 0, "Content-", 0, 8) || name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING);
	}

	/**
	 * Whether a request comes at the end of so many redirects that no other is followed.
	 * @param attributes those of the request
	 */
	static boolean isLast(Map<String, Object> attributes) {
		return count(attributes) == LIMIT;
	}

	private static int count(Map<String, Object> attributes) {
		return (attributes.get(COUNT) instanceof Integer count) ? count : 0;
	}

	/**
	 * The request, made from the one that was answered.
	 */
	ClientRequest request(ClientRequest answered) {
		HttpHeaders kept = headers(answered.headers());
		return ClientRequest.from(answered)
			.url(this.uri)
			.method(this.method)
			.attribute(COUNT, count(answered.attributes()) + 1)
			.headers((headers) -> {
				headers.clear();
				headers.putAll(kept);
			})
			.body(this.withBody ? answered.body() : BodyInserters.empty())
			.build();
	}

	/**
	 * The request, made from the one that was answered.
	 */
	HttpRequest request(HttpRequest answered) {
		HttpHeaders headers = headers(answered.getHeaders());
		return new HttpRequestWrapper(answered) {

			@Override
			public URI getURI() {
				return Redirect.this.uri;
			}

			@Override
			public HttpMethod getMethod() {
				return Redirect.this.method;
			}

			@Override
			public HttpHeaders getHeaders() {
				return headers;
			}

		};
	}

}
