/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;

import io.github.outboundauth.autoconfigure.engine.ProxySettings;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.endpoint.answer.TransportFailures;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.ForwardProxy;
import io.github.outboundauth.testing.ScriptedServer;
import io.github.outboundauth.testing.ScriptedServer.Script;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Token requests through a proxy, over each HTTP engine.
 */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(120)
class ProxyTests {

	private static final String PASSWORD = "canary:ö€";

	private static final Script ANSWER = Script.json(200, "{}");

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private final ScriptedServer server = new ScriptedServer(ANSWER);

	private final ScriptedServer tlsServer = new ScriptedServer(certificates.serverSocket("good", true), ANSWER);

	private final ForwardProxy proxy = new ForwardProxy(this.server.address());

	private final ForwardProxy tlsProxy = new ForwardProxy(this.tlsServer.address());

	private final Engine engine;

	private final TokenEndpointClients clients;

	ProxyTests(Engine engine) throws Exception {
		this.engine = engine;
		this.clients = clients(HttpClientSettings.defaults());
	}

	private TokenEndpointClients clients(HttpClientSettings settings) throws Exception {
		return new TokenEndpointClients(this.engine.builder(), settings,
				new DefaultSslBundleRegistry("idp", certificates.sslBundle("orders")));
	}

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
		certificates.sign("orders");
	}

	@AfterEach
	void close() {
		this.clients.destroy();
		Stream.of(this.proxy, this.tlsProxy).forEach(ForwardProxy::close);
		Stream.of(this.server, this.tlsServer).forEach(ScriptedServer::close);
	}

	private static ProxySettings settings(ForwardProxy proxy, String username, String password,
			String... nonProxyHosts) {
		return new ProxySettings("127.0.0.1", proxy.port(), username, password, List.of(nonProxyHosts));
	}

	private static ProxySettings anonymous(ForwardProxy proxy, String... nonProxyHosts) {
		return settings(proxy, null, null, nonProxyHosts);
	}

	private int post(String uri, ProxySettings proxy) throws IOException {
		return post(this.clients, uri, proxy);
	}

	private static int post(TokenEndpointClients clients, String uri, ProxySettings proxy) throws IOException {
		ClientHttpRequest request = clients
			.factory(new HttpSettings(Duration.ofSeconds(20), Duration.ofSeconds(20), "idp", proxy))
			.createRequest(URI.create(uri), HttpMethod.POST);
		request.getHeaders().setBasicAuth("orders", "canary");
		request.getBody().write("grant_type=client_credentials".getBytes(StandardCharsets.UTF_8));
		try (ClientHttpResponse response = request.execute()) {
			response.getBody().readAllBytes();
			return response.getStatusCode().value();
		}
	}

	private TokenFailure failure(String uri, ProxySettings proxy) {
		return failure(this.clients, uri, proxy);
	}

	private static TokenFailure failure(TokenEndpointClients clients, String uri, ProxySettings proxy) {
		Throwable ex = catchThrowable(() -> post(clients, uri, proxy));
		assertThat(ex).isInstanceOf(IOException.class).hasMessageNotContaining("canary").hasNoCause();
		TokenEndpointFailures failures = new TokenEndpointFailures("billing", Address.TOKEN_URI, URI.create(uri),
				Stream::empty);
		return new TransportFailures(failures).of(new ResourceAccessException("I/O error", (IOException) ex));
	}

	private String tlsUri() {
		return "https://" + this.tlsServer.address() + "/token";
	}

	/**
	 * Reactor Netty asks for a tunnel for http, too.
	 */
	private String expectedHttpRequest(String host) {
		return (this.engine == Engine.REACTOR) ? "CONNECT " + host + ":80 HTTP/1.1"
				: "POST http://" + host + "/token HTTP/1.1";
	}

	private static void assertArrived(ScriptedServer server) {
		assertThat(server.requests()).singleElement().satisfies((request) -> {
			assertThat(request.path()).isEqualTo("/token");
			assertThat(request.body()).isEqualTo("grant_type=client_credentials");
			assertThat(request.header("Authorization"))
				.isEqualTo("Basic " + HttpHeaders.encodeBasicAuth("orders", "canary", StandardCharsets.UTF_8));
			assertThat(request.headers().keySet()).noneMatch((name) -> name.equalsIgnoreCase("Proxy-Authorization"));
		});
	}

	@Test
	void asksTheProxyForHttp() throws Exception {
		assertThat(post("http://idp.invalid/token", anonymous(this.proxy))).isEqualTo(200);
		assertThat(this.proxy.requests()).containsExactly(expectedHttpRequest("idp.invalid"));
		assertArrived(this.server);
	}

	@Test
	void asksTheProxyForATunnelForHttps() throws Exception {
		assertThat(post(tlsUri(), anonymous(this.tlsProxy))).isEqualTo(200);
		assertThat(this.tlsProxy.requests()).containsExactly("CONNECT " + this.tlsServer.address() + " HTTP/1.1");
		assertArrived(this.tlsServer);
	}

	@Test
	void asksForAHostOnThisMachineUnlessItIsNamed() throws Exception {
		assertThat(post("http://localhost/token", anonymous(this.proxy, "127.0.0.1"))).isEqualTo(200);
		assertThat(this.proxy.requests()).containsExactly(expectedHttpRequest("localhost"));
	}

	@Test
	void showsItsCredentialsToTheProxyOnly() throws Exception {
		this.proxy.protect("jörg", PASSWORD);
		assertThat(post("http://idp.invalid/token", settings(this.proxy, "jörg", PASSWORD))).isEqualTo(200);
		assertThat(this.proxy.requests()).containsExactly(expectedHttpRequest("idp.invalid"));
		assertArrived(this.server);
	}

	/**
	 * The engines of the JDK cannot, or not as the JVM was started, and say so before.
	 */
	@Test
	void showsItsCredentialsToTheProxyOnlyForHttps() throws Exception {
		this.tlsProxy.protect("jörg", PASSWORD);
		ProxySettings settings = settings(this.tlsProxy, "jörg", PASSWORD);
		if (catchThrowable(() -> this.clients.checkProxy(settings, URI.create(tlsUri()))) == null) {
			assertThat(post(tlsUri(), settings)).isEqualTo(200);
			assertThat(this.tlsProxy.requests()).containsExactly("CONNECT " + this.tlsServer.address() + " HTTP/1.1");
			assertArrived(this.tlsServer);
		}
		else {
			assertThat(failure(tlsUri(), settings).problem()).endsWith(" does not accept the credentials");
			assertThat(this.tlsServer.requests()).isEmpty();
		}
	}

	@Test
	void aServerThatIsReachedDirectlySeesNoCredentialsOfTheProxy() throws Exception {
		this.server.script(Script.json(401, "{}"));
		ProxySettings settings = settings(this.proxy, "orders", PASSWORD, "*.internal", "127.*");
		assertThat(post(this.server.url("/token"), settings)).isEqualTo(401);
		assertArrived(this.server);
		assertThat(this.proxy.requests()).isEmpty();
	}

	@Test
	void aServerThatIsReachedDirectlyOverTlsSeesNoCredentialsOfTheProxy() throws Exception {
		ProxySettings settings = settings(this.tlsProxy, "orders", PASSWORD, "127.0.0.1");
		this.clients.checkProxy(settings, URI.create(tlsUri()));
		assertThat(post(tlsUri(), settings)).isEqualTo(200);
		assertArrived(this.tlsServer);
		assertThat(this.tlsProxy.requests()).isEmpty();
	}

	@Test
	void aServerBehindTheProxyThatRefusesSeesNoCredentialsOfTheProxy() throws Exception {
		this.server.script((request, socket) -> Script.send(socket, 401,
				"WWW-Authenticate: Basic realm=\"idp\"\r\nContent-Type: application/json\r\n", "{}"));
		this.proxy.protect("orders", PASSWORD);
		assertThat(post("http://idp.invalid/token", settings(this.proxy, "orders", PASSWORD))).isEqualTo(401);
		assertArrived(this.server);
	}

	@Test
	void aHostNameMayBeReachedDirectly() throws Exception {
		String uri = this.server.url("/token").replace("127.0.0.1", "localhost");
		assertThat(post(uri, anonymous(this.proxy, "LocalHost"))).isEqualTo(200);
		assertArrived(this.server);
		assertThat(this.proxy.requests()).isEmpty();
	}

	@Test
	void saysThatTheProxyDoesNotAcceptTheCredentials() {
		this.proxy.protect("orders", PASSWORD);
		TokenFailure failure = failure("http://idp.invalid/token", settings(this.proxy, "orders", "canary-wrong"));
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.message()).isEqualTo("OAuth2 client 'billing': the proxy 127.0.0.1:" + this.proxy.port()
				+ " does not accept the credentials. Check http.proxy.username and http.proxy.password."
				+ " [endpoint=http://idp.invalid/token, status=407]");
		assertThat(this.server.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void saysThatTheProxyAsksForCredentials(boolean tls) {
		ForwardProxy proxy = tls ? this.tlsProxy : this.proxy;
		proxy.protect("orders", PASSWORD);
		TokenFailure failure = failure(tls ? tlsUri() : "http://idp.invalid/token", anonymous(proxy));
		assertThat(failure.kind()).isEqualTo(Kind.LASTING);
		assertThat(failure.status()).isEqualTo(407);
		assertThat(failure.problem()).isEqualTo("the proxy 127.0.0.1:" + proxy.port() + " asks for credentials");
		assertThat(failure.advice()).isEqualTo("Set http.proxy.username and http.proxy.password");
	}

	/**
	 * One engine asks about the host behind the proxy, others about the proxy.
	 */
	@Test
	void saysThatTheApplicationFiltersTheWay() throws Exception {
		TokenEndpointClients clients = clients(
				HttpClientSettings.defaults().withInetAddressFilter(InetAddressFilter.externalAddresses()));
		if (this.engine == Engine.REACTOR) {
			assertThatExceptionOfType(InvalidHttpSettingsException.class)
				.isThrownBy(() -> post(clients, tlsUri(), anonymous(this.tlsProxy)))
				.withMessage("http.proxy.host is set, and an InetAddressFilter too, but with Reactor Netty the proxy "
						+ "resolves the hosts. Choose another HTTP engine, or do without one of the two.");
		}
		else if (this.engine == Engine.SIMPLE) {
			assertThatExceptionOfType(InvalidHttpSettingsException.class)
				.isThrownBy(() -> post(clients, tlsUri(), anonymous(this.tlsProxy)))
				.withMessageStartingWith("http is to filter addresses");
		}
		else {
			TokenFailure failure = failure(clients, tlsUri(), anonymous(this.tlsProxy));
			assertThat(failure.kind()).isEqualTo(Kind.LASTING);
			assertThat(failure.problem()).isEqualTo("the host '127.0.0.1', on the way through the proxy 127.0.0.1:"
					+ this.tlsProxy.port() + ", has no address that the InetAddressFilter of the application accepts");
		}
		if (this.engine == Engine.JDK) {
			TokenFailure failure = failure(clients, "http://idp.invalid/token", anonymous(this.proxy));
			assertThat(failure.kind()).isEqualTo(Kind.PASSING);
			assertThat(failure.problem()).isEqualTo("the host 'idp.invalid', on the way through the proxy 127.0.0.1:"
					+ this.proxy.port() + ", cannot be resolved, which the InetAddressFilter of the application needs");
		}
		assertThat(this.tlsProxy.requests()).isEmpty();
		clients.destroy();
	}

	@Test
	void saysThatTheProxyRefusesTheConnection() {
		this.proxy.close();
		for (String uri : List.of("http://idp.invalid/token", tlsUri())) {
			TokenFailure failure = failure(uri, anonymous(this.proxy));
			assertThat(failure.kind()).isEqualTo(Kind.PASSING);
			assertThat(failure.problem())
				.isEqualTo("the connection to the proxy 127.0.0.1:" + this.proxy.port() + " was refused");
		}
	}

	@Test
	void saysThatTheProxyIsUnknown() {
		ProxySettings settings = new ProxySettings("proxy.invalid", 3128, "orders", PASSWORD, List.of());
		for (String uri : List.of("http://idp.invalid/token", tlsUri())) {
			TokenFailure failure = failure(uri, settings);
			assertThat(failure.kind()).isEqualTo(Kind.PASSING);
			assertThat(failure.problem()).isEqualTo("the proxy proxy.invalid:3128 cannot be resolved");
			assertThat(failure.advice()).isEqualTo("Check http.proxy.host, and the name service");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void saysThatTheProxyDoesNotAllowTheConnection(boolean tls) {
		assertRefusal(tls, "403 Forbidden", Kind.LASTING);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void saysThatTheProxyCannotReachTheServer(boolean tls) {
		assertRefusal(tls, "503 Service Unavailable", Kind.PASSING);
	}

	private void assertRefusal(boolean tls, String status, Kind kind) {
		ForwardProxy proxy = tls ? this.tlsProxy : this.proxy;
		proxy.refuse(status);
		String uri = tls ? tlsUri() : "http://idp.invalid/token";
		TokenFailure failure = failure(uri, anonymous(proxy));
		assertThat(failure.kind()).isEqualTo(kind);
		assertThat(failure.status()).isEqualTo(Integer.valueOf(status.substring(0, 3)));
		assertThat(failure.problem()).contains("the proxy 127.0.0.1:" + proxy.port() + " ");
		assertThat(failure.message()).contains(uri.replace("/token", "")).doesNotContain("html");
		// Apache HttpClient tries again after a status of 503.
		assertThat(proxy.requests()).isNotEmpty();
	}

	@Test
	void aPageOfTheServerItselfIsNotTakenForThatOfTheProxy() throws Exception {
		this.server.script((request, socket) -> Script.send(socket, 404, "Content-Type: text/html\r\n", "<html>"));
		assertThat(post("http://idp.invalid/token", anonymous(this.proxy))).isEqualTo(404);
	}

	@Test
	void onlyAnEngineThatCanDoSoMayShowCredentialsForATunnel() {
		ProxySettings settings = settings(this.proxy, "orders", PASSWORD, "*.internal");
		this.clients.checkProxy(settings, URI.create("http://idp.example.com/token"));
		this.clients.checkProxy(settings, URI.create("https://idp.internal/token"));
		this.clients.checkProxy(anonymous(this.proxy), URI.create("https://idp.example.com/token"));
		if (this.engine == Engine.SIMPLE) {
			assertThatExceptionOfType(InvalidHttpSettingsException.class)
				.isThrownBy(() -> this.clients.checkProxy(settings, URI.create("https://idp.example.com/token")))
				.withMessage("http.proxy.username is of no use for https with the HTTP engine 'simple', which sends a"
						+ " proxy no Basic credentials. Add Apache HttpClient, Jetty's or Reactor Netty's to the"
						+ " application and choose it with spring.http.clients.imperative.factory.");
		}
		else if (this.engine != Engine.JDK) {
			this.clients.checkProxy(settings, URI.create("https://idp.example.com/token"));
		}
	}

}
