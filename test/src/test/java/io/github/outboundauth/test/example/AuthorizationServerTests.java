/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.test.example;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.web.client.ExpectedCount;
import org.springframework.test.web.client.MockRestServiceServer;

import io.github.outboundauth.security.TokenUnavailableException;
import io.github.outboundauth.test.TestAuthorizationServer;
import io.github.outboundauth.test.TokenAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withUnauthorizedRequest;

@SpringBootTest(properties = "ORDERS_SECRET=any")
@DirtiesContext(classMode = ClassMode.BEFORE_EACH_TEST_METHOD)
@Import(MockApi.class)
class AuthorizationServerTests {

	@RegisterExtension
	static final TestAuthorizationServer server = new TestAuthorizationServer();

	@Autowired
	private Inventory inventory;

	@Autowired
	private MockRestServiceServer api;

	@Test
	void asksForAToken() {
		this.api.expect(requestTo("https://inventory.example.com/stock")).andRespond(this::stock);
		assertThat(this.inventory.stock()).isEqualTo("12");
		assertThat(server.tokenRequests()).hasSize(1);
		assertThat(server.tokenRequests().get(0).clientId()).isEqualTo("orders");
		assertThat(server.tokenRequests().get(0).parameter("scope")).isEqualTo("inventory.read");
	}

	@Test
	void repeatsACallWhoseTokenWasRevoked() {
		this.api.expect(ExpectedCount.times(3), requestTo("https://inventory.example.com/stock"))
			.andRespond(this::stock);
		this.inventory.stock();
		server.revokeTokens();
		assertThat(this.inventory.stock()).isEqualTo("12");
		assertThat(server.tokenRequests()).hasSize(2);
		this.api.verify();
	}

	@Test
	void survivesAHiccupOfTheServer() {
		this.api.expect(requestTo("https://inventory.example.com/stock")).andRespond(this::stock);
		server.answerNext(TokenAnswer.status(503));
		assertThat(this.inventory.stock()).isEqualTo("12");
	}

	@Test
	void failsWithoutAToken() {
		server.answer(TokenAnswer.error(401, "invalid_client"));
		assertThatExceptionOfType(TokenUnavailableException.class).isThrownBy(this.inventory::stock);
	}

	private ClientHttpResponse stock(ClientHttpRequest request) throws IOException {
		return server.accepts(request.getHeaders().getFirst("Authorization"))
				? withSuccess("12", MediaType.TEXT_PLAIN).createResponse(request)
				: withUnauthorizedRequest().createResponse(request);
	}

}
