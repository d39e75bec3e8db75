/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

import io.github.outboundauth.sample.servers.SampleServers;
import io.github.outboundauth.token.AccessToken;
import io.github.outboundauth.token.TokenSource;
import io.github.outboundauth.token.TokenSources;

/**
 * Shows what happened so far, in numbers; never a token.
 */
@RestController
class StatusPage {

	private static final String PAGE = """
			<!DOCTYPE html>
			<html lang="en">
			<head>
			<meta charset="utf-8">
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<meta http-equiv="refresh" content="2">
			<title>Outbound Auth sample</title>
			<style>
			body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; }
			dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; align-items: baseline; }
			dt { font-size: 2rem; font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
			dd { margin: 0; }
			</style>
			</head>
			<body>
			<h1>Outbound Auth sample</h1>
			<dl>
			%s</dl>
			<p>Call the API with a <a href="/inventory">WebClient</a>, a <a href="/inventory/rest-client">RestClient</a>
			or an <a href="/inventory/http-service">HTTP service</a>. All share one token, which is replaced before it
			expires. The <a href="/prices">prices</a> are called with the client of another registration.</p>
			</body>
			</html>
			""";

	private final CallCounter counter;

	private final TokenSource source;

	private final ObjectProvider<SampleServers> servers;

	StatusPage(CallCounter counter, TokenSources sources, ObjectProvider<SampleServers> servers) {
		this.counter = counter;
		this.source = sources.get("default");
		this.servers = servers;
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
	String show() {
		StringBuilder numbers = new StringBuilder();
		numbers.append(number(this.counter.calls(), "calls made"));
		// A real authorization server does not tell how often it was asked.
		this.servers
			.ifAvailable((servers) -> numbers.append(number(servers.tokenRequests(), "token requests made for them")));
		numbers.append(number(secondsLeft(this.source.current()), "seconds left for the shared token"));
		return PAGE.formatted(numbers);
	}

	private static Object secondsLeft(@Nullable AccessToken token) {
		return (token != null) ? Duration.between(Instant.now(), token.expiresAt()).toSeconds() : "none";
	}

	private static String number(Object number, String caption) {
		return "<dt>" + HtmlUtils.htmlEscape(String.valueOf(number)) + "</dt><dd>" + HtmlUtils.htmlEscape(caption)
				+ "</dd>\n";
	}

}
