/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.outboundauth.testing.ScriptedServer.Script;

/**
 * Spring Authorization Server in this JVM, with two APIs beside it. {@link #ITEMS} asks
 * it about every token it gets. {@link #STOCK} wants JWTs, and with one that is bound to
 * a certificate the certificate too.
 */
public final class AuthorizationServer implements AutoCloseable {

	public static final String SECRET = "canary+/:ö";

	public static final String ITEMS = "/inventory/items";

	public static final String STOCK = "/warehouse/stock";

	/** The header that names the user whose browser makes the request. */
	public static final String USER = "Test-User";

	private final Map<String, JWKSet> clientKeys = new ConcurrentHashMap<>();

	private final ScriptedServer clients = new ScriptedServer(
			(request, socket) -> Script.json(200, this.clientKeys.getOrDefault(request.path(), new JWKSet()).toString())
				.answer(request, socket));

	private final ConfigurableApplicationContext context;

	private final int port;

	private AuthorizationServer(int port, Duration lifetime, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.logStartupInfo(false)
			.properties(Map.of("server.port", port, "server.address", "127.0.0.1", "test.token-lifetime",
					lifetime.toString(), "test.clients", this.clients.url("/"), "oauth.client.enabled", false))
			// Prints all that it receives, and is not what is tested.
			.properties("logging.level.org.apache.coyote=info", "logging.level.org.apache.tomcat=info")
			.properties(properties)
			.run();
		this.port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	/**
	 * Start a server.
	 * @param port its port, or 0
	 * @param lifetime of its tokens
	 * @param properties further ones, such as {@link Certificates#server()}
	 */
	public static AuthorizationServer start(int port, Duration lifetime, String... properties) {
		return new AuthorizationServer(port, lifetime, properties);
	}

	public int port() {
		return this.port;
	}

	public String url(String path) {
		boolean tls = this.context.getEnvironment().containsProperty("server.ssl.key-store");
		return (tls ? "https" : "http") + "://127.0.0.1:" + this.port + path;
	}

	/**
	 * The secret of a client that signs with it, long enough for each algorithm.
	 */
	public static String secret(String clientId) {
		return clientId + "-canary".repeat(10);
	}

	/**
	 * Make these the keys of a client that proves itself with a key or with a self-signed
	 * certificate. Spring Authorization Server asks for keys that it does not know, and
	 * for certificates every five minutes.
	 */
	public void clientKeys(String clientId, JWK... keys) {
		this.clientKeys.put("/" + clientId, new JWKSet(List.of(keys)));
	}

	/**
	 * Make these the secrets of a client, of which any will do where the secret is sent.
	 */
	public void secrets(String clientId, String... secrets) {
		this.context.getBean(RegisteredClients.class).secrets(clientId, secrets);
	}

	/**
	 * The token requests since the last time this was asked.
	 */
	public List<ReceivedTokenRequest> tokenRequests() {
		return this.context.getBean(TokenRequestRecorder.class).take();
	}

	public void revoke(String token) {
		RestClient.create()
			.post()
			.uri(url("/oauth2/revoke"))
			.headers((headers) -> headers.setBasicAuth("orders", URLEncoder.encode(SECRET, StandardCharsets.UTF_8)))
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body("token=" + token)
			.retrieve()
			.toBodilessEntity();
	}

	/**
	 * The properties of a client that waits until a busy machine has made its token.
	 */
	public String[] clientProperties() {
		return new String[] { "oauth.client.token-uri=" + url("/oauth2/token"), "oauth.client.client-id=orders",
				"oauth.client.client-secret=" + SECRET, "oauth.client.scope=inventory.read",
				"oauth.client.base-url=" + url(""), "oauth.client.http.read-timeout=1m",
				"oauth.client.http.total-timeout=1m" };
	}

	@Override
	public void close() {
		this.context.close();
		this.clients.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		RegisteredClients registeredClients(Environment environment) {
			return new RegisteredClients(environment.getRequiredProperty("test.token-lifetime", Duration.class),
					environment.getRequiredProperty("test.clients"));
		}

		@Bean
		AnyOfSecrets passwordEncoder() {
			return new AnyOfSecrets();
		}

		@Bean
		@Order(1)
		SecurityFilterChain authorizationServer(HttpSecurity http) {
			return http.oauth2AuthorizationServer((server) -> http.securityMatcher(server.getEndpointsMatcher()))
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.addFilterAfter(new LoginFilter(), SecurityContextHolderFilter.class)
				.build();
		}

		@Bean
		@Order(2)
		SecurityFilterChain stock(HttpSecurity http) {
			return http.securityMatcher(STOCK)
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_inventory.read"))
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.build();
		}

		@Bean
		@Order(3)
		SecurityFilterChain items(HttpSecurity http, Environment environment) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_inventory.read"))
				.oauth2ResourceServer((server) -> server
					.opaqueToken((token) -> token.introspector((value) -> introspect(value, environment))))
				.build();
		}

		private static OAuth2AuthenticatedPrincipal introspect(String token, Environment environment) {
			String uri = "http://127.0.0.1:" + environment.getProperty("local.server.port") + "/oauth2/introspect";
			return SpringOpaqueTokenIntrospector.withIntrospectionUri(uri)
				.clientId("api")
				.clientSecret("secret")
				.build()
				.introspect(token);
		}

		/**
		 * A JWT counts as a secret.
		 */
		@Bean
		OAuth2TokenCustomizer<JwtEncodingContext> markedTokens() {
			return (context) -> context.getClaims().claim("mark", "canary");
		}

		@Bean
		TokenRequestRecorder tokenRequestRecorder() {
			return new TokenRequestRecorder();
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> recordingFilter(TokenRequestRecorder recorder) {
			FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(recorder);
			// Whoever reads parameters must know their encoding.
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
			filter.addUrlPatterns("/oauth2/token");
			return filter;
		}

		@Bean
		Inventory inventory() {
			return new Inventory();
		}

	}

	@RestController
	static class Inventory {

		@GetMapping({ ITEMS, STOCK })
		Map<String, Integer> items() {
			return Map.of("apples", 3);
		}

	}

	static class AnyOfSecrets implements PasswordEncoder {

		@Override
		public String encode(CharSequence secret) {
			return secret.toString();
		}

		@Override
		public boolean matches(CharSequence secret, String secrets) {
			return List.of(secrets.split(" ")).contains(secret.toString());
		}

	}

	static class LoginFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			String user = request.getHeader(USER);
			if (user != null) {
				SecurityContextHolder.getContext()
					.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(user, null, List.of()));
			}
			chain.doFilter(request, response);
		}

	}

	static class TokenRequestRecorder extends OncePerRequestFilter {

		private final List<ReceivedTokenRequest> requests = new ArrayList<>();

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			ReceivedTokenRequest received = ReceivedTokenRequest.of(request);
			synchronized (this.requests) {
				this.requests.add(received);
			}
			chain.doFilter(request, response);
		}

		List<ReceivedTokenRequest> take() {
			synchronized (this.requests) {
				List<ReceivedTokenRequest> taken = List.copyOf(this.requests);
				this.requests.clear();
				return taken;
			}
		}

	}

}
