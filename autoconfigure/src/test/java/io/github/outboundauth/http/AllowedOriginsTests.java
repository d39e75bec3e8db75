/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AllowedOriginsTests {

	private final AllowedOrigins origins = AllowedOrigins
		.of(List.of(URI.create("https://API.example.com/v1"), URI.create("http://127.0.0.1:9001")));

	@ParameterizedTest
	@ValueSource(strings = { "https://api.example.com", "https://api.example.com/other?x=1",
			"https://api.example.com:443/", "HTTPS://Api.Example.COM/v1", "http://127.0.0.1:9001/x" })
	void containsTheSameOriginInAnySpellingOfCaseAndDefaultPort(String url) {
		assertThat(this.origins.contains(URI.create(url))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://api.example.com", "https://api.example.com:8443/", "https://example.com/",
			"https://api.example.com.evil.test/", "https://evil.test/api.example.com", "https://api.example.com./",
			"https://api.example.com@evil.test/", "https://user@api.example.com/", "http://127.0.0.1:9002/",
			"http://localhost:9001/", "http://[::1]:9001/", "http://[::ffff:127.0.0.1]:9001/", "//api.example.com/",
			"/relative", "https:opaque", "http://127.1:9001/" })
	void doesNotContainAnythingElse(String url) {
		assertThat(this.origins.contains(URI.create(url))).isFalse();
	}

	@Test
	void containsAnAddressOfIpv6() {
		AllowedOrigins loopback = AllowedOrigins.of(List.of(URI.create("http://[::1]:9001")));
		assertThat(loopback.contains(URI.create("http://[::1]:9001/x"))).isTrue();
		assertThat(loopback.contains(URI.create("http://[::2]:9001/x"))).isFalse();
		assertThat(loopback.contains(URI.create("http://[::ffff:127.0.0.1]:9001/x"))).isFalse();
		assertThat(loopback.contains(URI.create("http://127.0.0.1:9001/x"))).isFalse();
	}

	@Test
	void namesThoseInClearText() {
		assertThat(this.origins.insecure()).isEmpty();
		assertThat(
				AllowedOrigins.of(List.of(URI.create("HTTP://API.internal:80/v1"), URI.create("http://a.internal:8080"),
						URI.create("http://LOCALHOST"), URI.create("https://a.internal")))
					.insecure())
			.containsExactly("http://api.internal", "http://a.internal:8080");
		assertThat(AllowedOrigins.any(false).insecure()).isEmpty();
		assertThat(AllowedOrigins.any(true).insecure()).containsExactly("*");
	}

	@Test
	void containsNothingWhenEmpty() {
		assertThat(AllowedOrigins.of(List.of()).contains(URI.create("https://api.example.com"))).isFalse();
	}

	@Test
	void containsEverythingButInsecureHttpWhenAny() {
		assertThat(AllowedOrigins.any(false).contains(URI.create("https://anywhere.test"))).isTrue();
		assertThat(AllowedOrigins.any(false).contains(URI.create("http://127.0.0.1:8080"))).isTrue();
		assertThat(AllowedOrigins.any(false).contains(URI.create("http://anywhere.test"))).isFalse();
		assertThat(AllowedOrigins.any(true).contains(URI.create("http://anywhere.test"))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://user@anywhere.test", "https://user:password@anywhere.test/",
			"https://@anywhere.test", "https://api.example.com@evil.test/", "http://user@127.0.0.1:8080" })
	void containsNoUserInformationWhenAny(String url) {
		assertThat(AllowedOrigins.any(false).contains(URI.create(url))).isFalse();
		assertThat(AllowedOrigins.any(true).contains(URI.create(url))).isFalse();
	}

	@Test
	void growsByAnOriginWithoutChanging() {
		URI url = URI.create("https://more.example.com");
		assertThat(this.origins.and(url).contains(url)).isTrue();
		assertThat(this.origins.contains(url)).isFalse();
	}

}
