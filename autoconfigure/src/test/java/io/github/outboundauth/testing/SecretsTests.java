/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Secrets}.
 */
class SecretsTests {

	@ParameterizedTest
	@ValueSource(strings = { "canary", "x-canary-1", "a+canary/%", "id:canary", "ab:my canary" })
	void areFoundInEveryEncoding(String secret) {
		byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
		assertThat(Secrets.areIn("Writing [" + secret + "]")).isTrue();
		assertThat(Secrets.areIn("Basic " + Base64.getEncoder().encodeToString(bytes))).isTrue();
		assertThat(Secrets.areIn("." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".")).isTrue();
		assertThat(Secrets.areIn("secret=" + URLEncoder.encode(secret, StandardCharsets.UTF_8))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "can ary", "client_secret=******", "Y2FuIGFyeQ" })
	void areNotFoundWhereThereAreNone(String text) {
		assertThat(Secrets.areIn(text)).isFalse();
	}

	@Test
	void areFoundIfTheyWereMadeUpByAServer() {
		assertThat(Secrets.areIn("Bearer mF_9.B5f-4.1JqM")).isFalse();
		Secrets.add("mF_9.B5f-4.1JqM");
		assertThat(Secrets.areIn("Bearer mF_9.B5f-4.1JqM")).isTrue();
	}

}
