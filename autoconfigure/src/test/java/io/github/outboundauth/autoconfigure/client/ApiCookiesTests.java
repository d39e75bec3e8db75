/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Over each HTTP engine the registrations share a client exactly where it keeps no
 * cookies.
 */
@ParameterizedClass
@EnumSource(ApiCaller.class)
class ApiCookiesTests {

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(
			(request, socket) -> Script.send(socket, 200, "Set-Cookie: session=first; Path=/\r\n", "api"));

	private final ApiCaller caller;

	ApiCookiesTests(ApiCaller caller) {
		this.caller = caller;
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "disable", "enable-when-possible" })
	void cookiesOfOneRegistrationAreNeverSentAsAnother(String cookies) {
		this.caller.runner(this.tokenEndpoint)
			.withUserConfiguration(this.caller.isReactive() ? WebServices.class : RestServices.class)
			.withPropertyValues("spring.http.clients.cookie-handling=" + cookies,
					"oauth.client.base-url=" + this.api.url(""),
					"oauth.client.registration.billing.base-url=" + this.api.url(""))
			.run((context) -> {
				this.caller.call(context, HttpMethod.GET, "/x");
				this.caller.call(context, HttpMethod.GET, "/x");
				this.caller.callAs(context, "billing", "/x");
				context.getBean(Items.class).all();
				assertThat(this.api.requests()).hasSize(4);
				assertThat(this.api.requests().subList(2, 4)).extracting((request) -> request.header("Cookie"))
					.containsOnlyNulls();
				boolean kept = this.api.requests().get(1).header("Cookie") != null;
				boolean shared = this.caller.httpClient(context, "default") == this.caller.httpClient(context,
						"billing");
				assertThat(shared).isEqualTo(!kept);
			});
	}

	interface Items {

		@GetExchange("/x")
		String all();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "billing", types = Items.class, clientType = ClientType.REST_CLIENT)
	static class RestServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "billing", types = Items.class, clientType = ClientType.WEB_CLIENT)
	static class WebServices {

	}

}
