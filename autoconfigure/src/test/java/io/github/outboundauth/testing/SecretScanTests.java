/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing that any test made us, or what we use, print held a secret or a token. Runs
 * last.
 */
@Order(Integer.MAX_VALUE)
@EnabledIfSystemProperty(named = "secret-scan", matches = ".*")
class SecretScanTests {

	@Test
	void findsNoSecretInAllThatWasPrinted() {
		assertThat(SecretScan.findings()).isEmpty();
		assertThat(SecretScan.lines()).as("lines that were read").isGreaterThan(100);
	}

}
