/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.client;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLSocket;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.http.client.FilteredHostException;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ForwardProxy;
import io.github.outboundauth.testing.FullServer;
import io.github.outboundauth.testing.Reports;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What is configured for an API does what it says over each HTTP engine.
 */
@ParameterizedClass
@EnumSource(ApiCaller.class)
@ExtendWith(OutputCaptureExtension.class)
class ApiSettingsTests {

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer tokenEndpoint = new ScriptedServer(Script.tokens("canary-", 3600));

	private final ScriptedServer api = new ScriptedServer(Script.json(200, "\"api\""));

	private final ApiCaller caller;

	private final ApplicationContextRunner runner;

	ApiSettingsTests(ApiCaller caller) {
		this.caller = caller;
		this.runner = caller.runner(this.tokenEndpoint)
			.withPropertyValues("oauth.client.base-url=" + this.api.url("/v1"));
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("first");
		certificates.sign("second");
	}

	@AfterEach
	void close() {
		this.tokenEndpoint.close();
		this.api.close();
	}

	/**
	 * Without it the call would wait for as long as the application wants.
	 */
	@Test
	void connectTimeoutEndsACallThatGetsNoConnection() throws Exception {
		try (FullServer full = new FullServer()) {
			this.runner
				.withPropertyValues("oauth.client.base-url=" + full.url(""), "oauth.client.api.connect-timeout=300ms",
						"spring.http.clients.connect-timeout=1h")
				.run((context) -> assertThatExceptionOfType(requestException())
					.isThrownBy(() -> this.caller.call(context, HttpMethod.GET, "/x")));
		}
	}

	@Test
	void readTimeoutEndsACallThatIsNotAnswered() {
		CountDownLatch over = answerLate();
		this.runner.withPropertyValues("oauth.client.api.read-timeout=2s").run((context) -> {
			// Some engines count from before they connect, which they may not have done
			// in time.
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				assertTimesOut(() -> this.caller.call(context, HttpMethod.GET, "/x"));
				return !this.api.requests().isEmpty();
			});
		});
		over.countDown();
	}

	/**
	 * Answer long after any timeout, so that a call without one succeeds.
	 * @return what spares the API the wait
	 */
	private CountDownLatch answerLate() {
		CountDownLatch over = new CountDownLatch(1);
		this.api.script((request, socket) -> {
			over.await(30, TimeUnit.SECONDS);
			Script.json(200, "\"late\"").answer(request, socket);
		});
		return over;
	}

	private void assertTimesOut(ThrowingCallable call) {
		assertThatExceptionOfType(requestException()).isThrownBy(call);
	}

	private Class<? extends RuntimeException> requestException() {
		return this.caller.isReactive() ? WebClientRequestException.class : ResourceAccessException.class;
	}

	@Test
	void addressesThatTheApplicationFiltersAreNotCalled() {
		String filtered = this.api.url("").replace("127.0.0.1", "127.0.0.2");
		this.runner.withBean(InetAddressFilter.class, () -> InetAddressFilter.not("127.0.0.2"))
			.withPropertyValues("oauth.client.registration.billing.base-url=" + filtered,
					"oauth.client.registration.crm.base-url=" + filtered,
					"oauth.client.registration.crm.api.read-timeout=30s")
			.run((context) -> {
				if (this.caller == ApiCaller.REST_CLIENT_SIMPLE) {
					assertThat(Reports.of(context.getStartupFailure()))
						.contains("oauth.client.http is to filter addresses");
					return;
				}
				assertThat(this.caller.call(context, HttpMethod.GET, "/x").getBody()).isEqualTo("\"api\"");
				for (String id : List.of("billing", "crm")) {
					assertThatException().isThrownBy(() -> this.caller.callAs(context, id, "/x"))
						.withStackTraceContaining(FilteredHostException.class.getName());
				}
			});
	}

	@Test
	void sslBundleIsThatOfTheConnectionAndIsFollowed() throws Exception {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("api", certificates.sslBundle("first"));
		try (ScriptedServer secure = new ScriptedServer(certificates.serverSocket("good", true),
				(request, socket) -> Script.send(socket, 200, "Content-Type: text/plain\r\n",
						((SSLSocket) socket).getSession().getPeerPrincipal().getName()))) {
			this.runner.withBean(SslBundles.class, () -> bundles)
				.withPropertyValues("oauth.client.base-url=https://" + secure.address(),
						"oauth.client.api.ssl.bundle=api")
				.run((context) -> {
					assertThat(this.caller.call(context, HttpMethod.POST, "/x").getBody()).isEqualTo("CN=first");
					bundles.updateBundle("api", certificates.sslBundle("second"));
					assertThat(this.caller.call(context, HttpMethod.POST, "/x").getBody()).isEqualTo("CN=second");
					bundles.updateBundle("api", certificates.sslBundle("first"));
					assertThat(this.caller.call(context, HttpMethod.POST, "/x").getBody()).isEqualTo("CN=first");
					assertThat(secure.requests()).hasSize(3)
						.allMatch((request) -> "Bearer canary-1".equals(request.header("Authorization")));
				});
		}
	}

	@Test
	void bundlesOfThePastAreNotKept() throws Exception {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("api", certificates.sslBundle("first"));
		SslStoreBundle stores = certificates.sslBundle("second").getStores();
		List<WeakReference<SslBundle>> past = new ArrayList<>();
		try (ScriptedServer secure = new ScriptedServer(certificates.serverSocket("good", true),
				Script.json(200, "\"secure\""))) {
			this.runner.withBean(SslBundles.class, () -> bundles)
				.withPropertyValues("oauth.client.base-url=https://" + secure.address(),
						"oauth.client.api.ssl.bundle=api")
				.run((context) -> {
					for (int i = 0; i < 5; i++) {
						SslBundle bundle = SslBundle.of(stores);
						past.add(new WeakReference<>(bundle));
						bundles.updateBundle("api", bundle);
						this.caller.call(context, HttpMethod.GET, "/x");
					}
					bundles.updateBundle("api", certificates.sslBundle("first"));
					bundles.updateBundle("api", certificates.sslBundle("second"));
					await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
						System.gc();
						assertThat(past).allMatch((bundle) -> bundle.get() == null);
					});
				});
		}
	}

	@Test
	void aBundleThatDoesNotExistStopsTheStart() {
		this.runner.withPropertyValues("oauth.client.api.ssl.bundle=missing")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidOAuthClientException.class)
				.hasMessageStartingWith(
						"oauth.client.api.ssl.bundle names the SSL bundle 'missing', which does not exist."));
	}

	@Test
	void proxyIsUsedForTheApiOnlyAndGetsItsCredentials() {
		try (ForwardProxy proxy = new ForwardProxy(this.api.address())) {
			proxy.protect("orders", "canary-proxy");
			this.runner
				.withPropertyValues("oauth.client.base-url=http://api.test/v1", "oauth.client.allow-insecure-http=true",
						"oauth.client.api.proxy.host=127.0.0.1", "oauth.client.api.proxy.port=" + proxy.port(),
						"oauth.client.api.proxy.username=orders", "oauth.client.api.proxy.password=canary-proxy",
						"oauth.client.api.proxy.non-proxy-hosts=127.*", "oauth.client.origins=" + this.api.url(""))
				.run((context) -> {
					assertThat(this.caller.call(context, HttpMethod.POST, "/x").getBody()).isEqualTo("\"api\"");
					assertThat(proxy.requests()).hasSize(1);
					assertThat(this.caller.call(context, HttpMethod.GET, this.api.url("/direct")).getBody())
						.isEqualTo("\"api\"");
					assertThat(proxy.requests()).hasSize(1);
					assertThat(this.api.requests()).hasSize(2)
						.allMatch((request) -> request.header("Proxy-Authorization") == null)
						.allMatch((request) -> "Bearer canary-1".equals(request.header("Authorization")));
				});
		}
	}

	@Test
	void proxyMakesATunnelToASecureApi() throws Exception {
		try (ScriptedServer secure = new ScriptedServer(certificates.serverSocket("good", false),
				Script.json(200, "\"secure\"")); ForwardProxy proxy = new ForwardProxy(secure.address())) {
			this.runner.withPropertyValues(certificates.bundle("api", "first"))
				.withPropertyValues("oauth.client.base-url=https://" + secure.address(),
						"oauth.client.api.ssl.bundle=api", "oauth.client.api.proxy.host=127.0.0.1",
						"oauth.client.api.proxy.port=" + proxy.port())
				.run((context) -> {
					assertThat(this.caller.call(context, HttpMethod.POST, "/x").getBody()).isEqualTo("\"secure\"");
					assertThat(proxy.requests()).allMatch((line) -> line.startsWith("CONNECT ")).isNotEmpty();
				});
		}
	}

	@Test
	void credentialsThatAnEngineSendsNoProxyStopTheStart() {
		ApplicationContextRunner runner = this.runner.withPropertyValues("oauth.client.base-url=https://api.test",
				"oauth.client.api.proxy.host=127.0.0.1", "oauth.client.api.proxy.port=1",
				"oauth.client.api.proxy.username=orders", "oauth.client.api.proxy.password=canary-proxy");
		if (this.caller == ApiCaller.REST_CLIENT_SIMPLE) {
			runner.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("oauth.client.api.proxy.username is of no use for https with the HTTP engine "
						+ "'simple', which sends a proxy no Basic credentials."));
		}
		else {
			runner.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void defaultHeadersAreThoseOfEachCallThatHasNoneOfItsOwn() {
		this.runner
			.withPropertyValues("oauth.client.api.default-header.X-Tenant=blue",
					"oauth.client.api.default-header.Accept=application/vnd.orders+json",
					"oauth.client.registration.billing.base-url=" + this.api.url(""),
					"oauth.client.registration.billing.api.default-header.X-Tenant[0]=red",
					"oauth.client.registration.billing.api.default-header.X-Tenant[1]=green")
			.withBean(RestClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Tenant", "none"))
			.withBean(WebClientCustomizer.class, () -> (builder) -> builder.defaultHeader("X-Tenant", "none"))
			.run((context) -> {
				this.caller.call(context, HttpMethod.GET, "/x");
				assertThat(this.api.requests().get(0).header("X-Tenant")).isEqualTo("blue");
				assertThat(this.api.requests().get(0).header("Accept")).isEqualTo("application/vnd.orders+json");
				this.caller.callAs(context, "billing", "/x");
				Request billing = this.api.requests().get(1);
				assertThat(billing.header("X-Tenant").replace(",", ", ").replace("  ", " ")).isEqualTo("red, green");
				assertThat(billing.header("Accept")).isNotEqualTo("application/vnd.orders+json");
			});
	}

	@Test
	void groupsOfARegistrationAreCalledLikeItUnlessTheyAreToldOtherwise() {
		this.api.script((request, socket) -> Script.send(socket, 302, "Location: /v1/x\r\n", ""));
		ApplicationContextRunner runner = this.runner
			.withUserConfiguration(this.caller.isReactive() ? WebServices.class : RestServices.class)
			.withPropertyValues("oauth.client.api.redirects=dont-follow",
					"oauth.client.api.default-header.X-Tenant=blue", "oauth.client.api.default-header.X-Zone=north");
		runner.run((context) -> {
			context.getBean(Items.class).all();
			assertThat(this.api.requests()).singleElement()
				.satisfies((request) -> assertThat(request.header("X-Tenant")).isEqualTo("blue"));
		});
		this.api.requests().clear();
		runner
			.withPropertyValues("spring.http.serviceclient.default.redirects=follow",
					"spring.http.serviceclient.default.default-header.X-Tenant=green")
			.run((context) -> {
				context.getBean(Items.class).all();
				assertThat(this.api.requests()).hasSize(21)
					.allMatch((request) -> "green".equals(request.header("X-Tenant")))
					.allMatch((request) -> "north".equals(request.header("X-Zone")));
				this.caller.call(context, HttpMethod.GET, "/x");
				assertThat(this.api.requests().get(21).header("X-Tenant")).isEqualTo("blue");
			});
	}

	@Test
	void headersOfAGroupNeedNoneOfItsRegistration() {
		this.runner.withUserConfiguration(this.caller.isReactive() ? WebServices.class : RestServices.class)
			.withPropertyValues("spring.http.serviceclient.default.default-header.X-Tenant=green")
			.run((context) -> {
				assertThat(context.getBean(Items.class).all()).isEqualTo("\"api\"");
				assertThat(this.api.requests().get(0).header("X-Tenant")).isEqualTo("green");
			});
	}

	@Test
	void timeoutsOfAGroupComeFirst() {
		CountDownLatch over = answerLate();
		this.runner.withUserConfiguration(this.caller.isReactive() ? WebServices.class : RestServices.class)
			.withPropertyValues("oauth.client.api.read-timeout=1h", "spring.http.serviceclient.default.read-timeout=2s")
			.run((context) -> assertTimesOut(() -> context.getBean(Items.class).all()));
		over.countDown();
	}

	@Test
	void anHttpClientOfTheApplicationIsLeftAloneAndThatIsSaid(CapturedOutput output) {
		SimpleClientHttpRequestFactory requestFactory = new SimpleClientHttpRequestFactory();
		JdkClientHttpConnector connector = new JdkClientHttpConnector();
		this.runner.withPropertyValues("oauth.client.api.redirects=dont-follow")
			.withBean(RestClientCustomizer.class, () -> (builder) -> builder.requestFactory(requestFactory))
			.withBean(WebClientCustomizer.class, () -> (builder) -> builder.clientConnector(connector))
			.run((context) -> {
				this.api.script((request, socket) -> {
					boolean moved = request.path().endsWith("/moved");
					Script.send(socket, moved ? 200 : 302, moved ? "" : "Location: /moved\r\n", moved ? "there" : "");
				});
				String body = this.caller.call(context, HttpMethod.GET, "/x").getBody();
				if (!this.caller.isReactive()) {
					assertThat(body).isEqualTo("there");
				}
				assertThat(output).contains("OAuth2 client 'default': an HTTP client that the application gave to a "
						+ "builder is used as it is. Of oauth.client.api only default-header, token-header and token-scheme "
						+ "apply");
			});
	}

	interface Items {

		@GetExchange("/items")
		String all();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.REST_CLIENT)
	static class RestServices {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = Items.class, clientType = ClientType.WEB_CLIENT)
	static class WebServices {

	}

}
