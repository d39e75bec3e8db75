/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

class RedirectTests {

	private static final URI FROM = URI.create("https://api.example.com/v1/items?page=1");

	private static Redirect redirect(HttpMethod method, int status, String... locations) {
		HttpHeaders headers = new HttpHeaders();
		headers.addAll(HttpHeaders.LOCATION, List.of(locations));
		return Redirect.of(FROM, method, status, headers);
	}

	@ParameterizedTest
	@CsvSource({ "/v2,https://api.example.com/v2", "other,https://api.example.com/v1/other",
			"../x?y=1,https://api.example.com/x?y=1", "?page=2,https://api.example.com/v1/items?page=2",
			"//evil.test/x,https://evil.test/x", "http://api.example.com/,http://api.example.com/",
			"/x#fragment,https://api.example.com/x", "' /x ',https://api.example.com/x",
			"/%2f%2fevil.test,https://api.example.com/%2f%2fevil.test" })
	void leadsWhereTheLocationSays(String location, String expected) {
		assertThat(redirect(HttpMethod.GET, 302, location).uri()).isEqualTo(URI.create(expected));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/\\evil.test", "\\\\evil.test", "https://evil.test:port/", "https://", "mailto:a@b.test",
			"javascript:alert(1)", "ftp://api.example.com/", "https:evil", "http://[::1/" })
	void isNoneIfTheLocationIsNoUrlToCall(String location) {
		assertThat(redirect(HttpMethod.GET, 302, location)).isNull();
	}

	@Test
	void isNoneWithoutExactlyOneLocation() {
		assertThat(redirect(HttpMethod.GET, 302)).isNull();
		assertThat(redirect(HttpMethod.GET, 302, "/a", "/b")).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 300, 304, 305, 306, 309, 400 })
	void isNoneWithAnotherStatus(int status) {
		assertThat(redirect(HttpMethod.GET, status, "/x")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "301,GET,GET,true", "301,POST,GET,false", "302,POST,GET,false", "302,PUT,PUT,true",
			"302,HEAD,HEAD,true", "303,GET,GET,false", "303,POST,GET,false", "303,DELETE,GET,false",
			"303,HEAD,HEAD,true", "307,POST,POST,true", "308,POST,POST,true", "308,DELETE,DELETE,true" })
	void changesTheMethodAsBrowsersDo(int status, String method, String expected, boolean withBody) {
		Redirect redirect = redirect(HttpMethod.valueOf(method), status, "/x");
		assertThat(redirect.method()).isEqualTo(HttpMethod.valueOf(expected));
		assertThat(redirect.withBody()).isEqualTo(withBody);
	}

	@Test
	void leavesOutWhatDescribesTheBodyThatItHasNot() {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Content-Type", "text/plain");
		headers.set("content-length", "7");
		headers.set("Transfer-Encoding", "chunked");
		headers.set("Accept", "text/plain");
		assertThat(redirect(HttpMethod.POST, 303, "/x").headers(headers).headerNames()).containsExactly("Accept");
		assertThat(redirect(HttpMethod.POST, 307, "/x").headers(headers).size()).isEqualTo(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/x", "HTTPS://API.example.com:443/", "https://api.example.com/v2" })
	void staysWithinTheOriginOfTheRequest(String location) {
		assertThat(redirect(HttpMethod.GET, 302, location).leavesOriginOf(FROM)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://api.example.com/", "https://api.example.com:8443/", "//evil.test/x",
			"https://user@api.example.com/", "https://api.example.com.evil.test/", "https://api.example.com./" })
	void leavesTheOriginForAnyOther(String location) {
		assertThat(redirect(HttpMethod.GET, 302, location).leavesOriginOf(FROM)).isTrue();
	}

	@Test
	void leadsWhereItsTextSaysFromAUrlWithoutPath() {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.LOCATION, ".evil.test/x");
		URI from = URI.create("https://api.example.com");
		Redirect redirect = Redirect.of(from, HttpMethod.GET, 302, headers);
		assertThat(redirect.uri().getHost()).isEqualTo(URI.create(redirect.uri().toString()).getHost());
	}

}
