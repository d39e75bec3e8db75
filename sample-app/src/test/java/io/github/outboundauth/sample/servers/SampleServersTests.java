/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.sample.servers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the servers: a sample whose API let everybody in would show nothing.
 */
class SampleServersTests {

	private static SampleServers servers;

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		servers = SampleServers.start("0", "60s");
	}

	@AfterAll
	static void close() {
		servers.close();
	}

	@Test
	void apiAcceptsATokenOfTheAuthorizationServer() throws Exception {
		HttpResponse<String> answer = requestToken("orders-secret", "inventory.read");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).as("a second is lost to rounding").containsPattern("\"expires_in\":5\\d\\D");
		String token = answer.body().replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
		assertThat(call(token).statusCode()).isEqualTo(200);
	}

	@Test
	void apiAcceptsATokenThatIsMadeLikeIt() throws Exception {
		assertThat(call(token((claims) -> {
		})).statusCode()).isEqualTo(200);
	}

	@Test
	void apiRefusesACallWithoutAToken() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("/inventory")).build();
		HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate"))
			.hasValueSatisfying((challenge) -> assertThat(challenge).startsWith("Bearer"));
	}

	@Test
	void apiRefusesAnotherAudience() throws Exception {
		assertThat(call(token((claims) -> claims.audience(List.of("billing")))).statusCode()).isEqualTo(401);
	}

	@Test
	void apiRefusesAnExpiredToken() throws Exception {
		Instant now = Instant.now();
		String token = token((claims) -> claims.issuedAt(now.minusSeconds(60)).expiresAt(now.minusSeconds(1)));
		assertThat(call(token).statusCode()).isEqualTo(401);
	}

	@Test
	void apiRefusesAnotherSignature() throws Exception {
		String token = token((claims) -> {
		});
		char[] altered = token.toCharArray();
		int signature = token.lastIndexOf('.') + 1;
		altered[signature] = (altered[signature] != 'A') ? 'A' : 'B';
		assertThat(call(new String(altered)).statusCode()).isEqualTo(401);
	}

	@Test
	void apiRefusesAnotherScope() throws Exception {
		assertThat(call(token((claims) -> claims.claim("scope", List.of("inventory.write")))).statusCode())
			.isEqualTo(403);
	}

	@Test
	void eachApiWantsItsScope() throws Exception {
		String prices = token((claims) -> claims.claim("scope", List.of("prices.read")));
		assertThat(call("/prices", prices).statusCode()).isEqualTo(200);
		assertThat(call("/inventory", prices).statusCode()).isEqualTo(403);
		String inventory = token((claims) -> {
		});
		assertThat(call("/prices", inventory).statusCode()).isEqualTo(403);
	}

	@Test
	void authorizationServerCountsAndRefusesWhatItMust() throws Exception {
		long before = servers.tokenRequests();
		assertThat(requestToken("wrong", "inventory.read").body()).contains("invalid_client");
		assertThat(requestToken("orders-secret", "inventory.write").body()).contains("invalid_scope");
		assertThat(servers.tokenRequests() - before).isEqualTo(2);
	}

	private static String token(Consumer<JwtClaimsSet.Builder> customizer) {
		ResolvableType type = ResolvableType.forClassWithGenerics(JWKSource.class, SecurityContext.class);
		JWKSource<SecurityContext> keys = servers.context()
			.<JWKSource<SecurityContext>>getBeanProvider(type)
			.getObject();
		JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
			.subject("orders")
			.audience(List.of("inventory"))
			.claim("scope", List.of("inventory.read"))
			.issuedAt(Instant.now())
			.expiresAt(Instant.now().plusSeconds(60));
		customizer.accept(claims);
		return new NimbusJwtEncoder(keys).encode(JwtEncoderParameters.from(claims.build())).getTokenValue();
	}

	private HttpResponse<String> call(String token) throws Exception {
		return call("/inventory", token);
	}

	private HttpResponse<String> call(String path, String token) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token).build();
		return this.http.send(request, BodyHandlers.ofString());
	}

	private HttpResponse<String> requestToken(String secret, String scope) throws Exception {
		String credentials = Base64.getEncoder().encodeToString(("orders:" + secret).getBytes(StandardCharsets.UTF_8));
		HttpRequest request = HttpRequest.newBuilder(uri("/oauth2/token"))
			.header("Authorization", "Basic " + credentials)
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString("grant_type=client_credentials&scope=" + scope))
			.build();
		return this.http.send(request, BodyHandlers.ofString());
	}

	private static URI uri(String path) {
		return URI.create("http://localhost:" + servers.port() + path);
	}

}
