/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import io.github.outboundauth.autoconfigure.credentials.CredentialBundles;
import io.github.outboundauth.autoconfigure.credentials.CredentialFiles;
import io.github.outboundauth.autoconfigure.diagnostics.InvalidOAuthClientException;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Proxy;
import io.github.outboundauth.autoconfigure.properties.OAuthClientProperties.Startup;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations.InCode;
import io.github.outboundauth.endpoint.discovery.Issuer;
import io.github.outboundauth.token.RefreshPolicy;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration.Api;
import io.github.outboundauth.token.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InheritanceTests {

	/** A value for each key that a registration may have. */
	private static final List<String> EVERYTHING = List.of("token-uri=p", "issuer-uri=p", "metadata-uri=p",
			"client-id=p", "client-secret=p", "client-secret-location=p", "client-authentication-method=p",
			"authorization-grant-type=p", "basic-encoding=raw", "request-format=json", "assertion.key-location=p",
			"scope=p", "scope-delimiter=p", "audience=p", "resource=p", "parameters.p=p", "headers.p=p", "base-url=p",
			"origins=p", "api.read-timeout=1s", "http.proxy.password=p", "response.default-token-type=p",
			"refresh.margin=1s", "retry.max-attempts=1", "startup=eager", "replay-unauthorized=true",
			"require-token=true", "share-token=true", "allow-insecure-http=true", "http-service-group.p=p");

	private static final List<String> KEYS = Stream.of(OAuthClientProperties.class.getRecordComponents())
		.map((component) -> DataObjectPropertyName.toDashedForm(component.getName()))
		.toList();

	private final Map<String, Object> properties = new LinkedHashMap<>(Map.of("oauth.client.token-uri",
			"https://idp.example.com/token", "oauth.client.client-id", "orders", "oauth.client.client-secret", "canary",
			"oauth.client.client-authentication-method", "client-secret-post"));

	private InheritanceTests with(String key, Object value) {
		this.properties.put("oauth.client." + key, value);
		return this;
	}

	private OAuthClientRegistrations registrations() {
		return OAuthClientRegistrations.of(properties(), InCode.NOTHING,
				new CredentialFiles(new DefaultResourceLoader()),
				new CredentialBundles(new DefaultSslBundleRegistry()));
	}

	private OAuthClientProperties properties() {
		return new Binder(new MapConfigurationPropertySource(this.properties))
			.bind("oauth.client", OAuthClientProperties.class)
			.get();
	}

	private static ClientRegistration client(OAuthClientRegistration registration) {
		return registration.request().client();
	}

	private static Object secret(OAuthClientRegistration registration) {
		return Objects.requireNonNull(registration.proofs().get(0).credential()).value();
	}

	private static List<ClientAuthenticationMethod> methods(OAuthClientRegistration registration) {
		return registration.proofs().get(0).methods();
	}

	@Test
	void aRegistrationWithNothingOfItsOwnIsTheSameClient() {
		OAuthClientRegistration billing = with("registration.billing.audience", "https://billing.example.com")
			.registrations()
			.get("billing");
		assertThat(client(billing).getProviderDetails().getTokenUri()).isEqualTo("https://idp.example.com/token");
		assertThat(client(billing).getClientId()).isEqualTo("orders");
		assertThat(secret(billing)).isEqualTo("canary");
		assertThat(methods(billing)).containsExactly(ClientAuthenticationMethod.CLIENT_SECRET_POST);
		assertThat(billing.request().parameters()).containsOnlyKeys("audience");
	}

	@Test
	void howAnApiIsCalledIsNotInherited() {
		OAuthClientRegistrations registrations = with("api.read-timeout", "3s").with("api.ssl.bundle", "api")
			.with("api.redirects", "dont-follow")
			.with("api.proxy.host", "proxy")
			.with("api.proxy.port", "3128")
			.with("api.default-header.X-Key", "canary")
			.with("registration.billing.audience", "https://billing.example.com")
			.registrations();
		Api api = registrations.get("default").api();
		assertThat(api.needsOwnClient()).isTrue();
		assertThat(api.settings().readTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(api.sslBundle()).isEqualTo("api");
		assertThat(api.defaultHeaders().getFirst("X-Key")).isEqualTo("canary");
		assertThat(api).asString().contains("X-Key").doesNotContain("canary");
		assertThat(properties().api()).asString().doesNotContain("canary");
		assertThat(registrations.get("billing").api()).isEqualTo(Api.STANDARD);
		assertThat(Api.STANDARD.needsOwnClient()).isFalse();
	}

	@Test
	void headersTakeNoHttpClientOfTheirOwn() {
		assertThat(with("api.default-header.X-Key", "canary").registrations().get("default").api().needsOwnClient())
			.isFalse();
	}

	@Test
	void aSecretDoesNotTravelToAnotherServer() {
		with("registration.crm.token-uri", "https://crm.example.com/token");
		assertThatExceptionOfType(InvalidOAuthClientException.class).isThrownBy(this::registrations)
			.satisfies((ex) -> assertThat(ex.problems()).extracting((problem) -> problem.key())
				.containsExactly("oauth.client.registration.crm.client-id",
						"oauth.client.registration.crm.client-secret"));
	}

	@Test
	void aSecretDoesNotTravelToAnotherClient() {
		with("registration.crm.client-id", "crm");
		assertThatExceptionOfType(InvalidOAuthClientException.class).isThrownBy(this::registrations)
			.satisfies((ex) -> assertThat(ex.problems()).extracting((problem) -> problem.key())
				.containsExactly("oauth.client.registration.crm.client-secret"));
	}

	@Test
	void anotherClientDoesNotInheritTheAuthenticationMethod() {
		OAuthClientRegistration crm = with("registration.crm.client-id", "crm")
			.with("registration.crm.client-secret", "other")
			.registrations()
			.get("crm");
		assertThat(client(crm).getProviderDetails().getTokenUri()).isEqualTo("https://idp.example.com/token");
		assertThat(secret(crm)).isEqualTo("other");
		assertThat(methods(crm)).startsWith(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
	}

	@Test
	void aClientWithAMethodOfItsOwnInheritsOnlyWhatThatUses() {
		OAuthClientRegistration open = with("registration.open.client-authentication-method", "none").registrations()
			.get("open");
		assertThat(methods(open)).containsExactly(ClientAuthenticationMethod.NONE);
		assertThat(open.proofs().get(0).credential()).isNull();
	}

	@Test
	void aSecretOfItsOwnDoesNotInheritTheMethod() {
		OAuthClientRegistration billing = with("registration.billing.client-secret", "other").registrations()
			.get("billing");
		assertThat(secret(billing)).isEqualTo("other");
		assertThat(methods(billing)).startsWith(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
	}

	@Test
	void anIssuerTakesThePlaceOfATokenUri() {
		OAuthClientRegistration crm = with("registration.crm.issuer-uri", "https://crm.example.com")
			.with("registration.crm.client-id", "crm")
			.with("registration.crm.client-secret", "other")
			.registrations()
			.get("crm");
		assertThat(crm.endpoint().tokenUri()).isNull();
		assertThat(crm.endpoint().issuer()).isEqualTo(new Issuer("https://crm.example.com", null, false));
		assertThat(crm.withoutSecret().getProviderDetails().getIssuerUri()).isEqualTo("https://crm.example.com");
	}

	@Test
	void whatBelongsToOneApiIsNotInherited() {
		OAuthClientRegistration billing = with("scope", "read").with("audience", "a")
			.with("resource", "https://r.example.com")
			.with("parameters.p", "1")
			.with("headers.X-H", "1")
			.with("base-url", "https://inventory.example.com")
			.with("origins", "https://other.example.com")
			.with("registration.billing.base-url", "https://billing.example.com")
			.registrations()
			.get("billing");
		assertThat(client(billing).getScopes()).isEmpty();
		assertThat(billing.request().parameters()).isEmpty();
		assertThat(billing.request().headers().isEmpty()).isTrue();
		assertThat(billing.baseUrl()).isEqualTo(URI.create("https://billing.example.com"));
		assertThat(billing.policy().origins()).hasToString("[https://billing.example.com]");
	}

	@Test
	void howTokensAreHandledIsInheritedKeyByKey() {
		OAuthClientRegistration billing = with("http.connect-timeout", "1s").with("http.read-timeout", "3s")
			.with("http.total-timeout", "4s")
			.with("http.max-response-size", "8KB")
			.with("refresh.outage-tolerance", "1m")
			.with("refresh.margin", "5s")
			.with("refresh.default-lifetime", "2m")
			.with("refresh.max-lifetime", "1h")
			.with("refresh.keep-warm", true)
			.with("retry.max-attempts", 2)
			.with("retry.backoff", "100ms")
			.with("retry.max-backoff", "1s")
			.with("startup", "eager")
			.with("replay-unauthorized", false)
			.with("require-token", false)
			.with("registration.billing.http.read-timeout", "9s")
			.with("registration.billing.refresh.margin", "1s")
			.with("registration.billing.retry.max-attempts", 5)
			.with("registration.billing.require-token", true)
			.registrations()
			.get("billing");
		assertThat(billing.endpoint().http().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
		assertThat(billing.endpoint().http().readTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(billing.endpoint().rules().maxSize()).isEqualTo(8192);
		assertThat(billing.refresh()).isEqualTo(new RefreshPolicy(Duration.ofMinutes(1), Duration.ofSeconds(1),
				Duration.ofMinutes(2), Duration.ofHours(1), true));
		assertThat(billing.retry())
			.isEqualTo(new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(4)));
		assertThat(billing.startup()).isEqualTo(Startup.EAGER);
		assertThat(billing.policy().replayUnauthorized()).isFalse();
		assertThat(billing.policy().requireToken()).isTrue();
	}

	/**
	 * All that a registration inherits that says one thing itself, besides what is always
	 * inherited: no credential to another server, nor to another client.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
			audience=a                                       | endpoint client secret assertion
			scope=s                                          | endpoint client secret assertion
			authorization-grant-type=g                       | endpoint client secret assertion
			client-secret=s                                  | endpoint client
			client-secret-location=s                         | endpoint client
			assertion.location=a                             | endpoint client
			assertion.key-id=k                               | endpoint client
			client-authentication-method=none                | endpoint client
			client-authentication-method=tls_client_auth     | endpoint client
			client-authentication-method=client_secret_basic | endpoint client secret
			client-authentication-method=client_secret_jwt   | endpoint client secret assertion
			client-authentication-method=private_key_jwt     | endpoint client assertion
			client-id=c                                      | endpoint
			token-uri=t                                      | nothing
			issuer-uri=i                                     | nothing
			metadata-uri=m                                   | nothing
			""")
	void noCredentialTravels(String own, String inherited) {
		Map<String, Set<String>> parts = Map.of("endpoint",
				Set.of("token-uri", "issuer-uri", "metadata-uri", "basic-encoding", "request-format",
						"scope-delimiter"),
				"client", Set.of("client-id", "client-authentication-method", "authorization-grant-type"), "secret",
				Set.of("client-secret", "client-secret-location"), "assertion", Set.of("assertion"), "nothing",
				Set.of());
		Set<String> expected = new TreeSet<>(Set.of("http", "response", "refresh", "retry", "startup",
				"replay-unauthorized", "require-token", "share-token"));
		Stream.of(inherited.split(" ")).map(parts::get).forEach(expected::addAll);
		// Credentials of its own come with a method of their own.
		if (own.contains("secret=") || own.contains("location=") || own.contains("assertion.")) {
			expected.remove("client-authentication-method");
		}
		expected.removeIf((key) -> own.matches(key + "[.=].*"));
		OAuthClientProperties parent = bind(EVERYTHING.stream());
		OAuthClientProperties child = bind(Stream.of(own));
		OAuthClientProperties all = child.inheritFrom(parent);
		assertThat(KEYS).filteredOn((key) -> parent.depth(key) == 0)
			.containsExactlyInAnyOrder("enabled", "registration");
		assertThat(KEYS).filteredOn((key) -> all.depth(key) > child.depth(key))
			.containsExactlyInAnyOrderElementsOf(expected);
		assertThat(KEYS).filteredOn((key) -> child.depth(key) > all.depth(key)).isEmpty();
	}

	private static OAuthClientProperties bind(Stream<String> keys) {
		Map<String, String> map = keys.map((key) -> key.split("=", 2))
			.collect(Collectors.toMap((key) -> "oauth.client." + key[0], (key) -> key[1]));
		return new Binder(new MapConfigurationPropertySource(map)).bind("oauth.client", OAuthClientProperties.class)
			.get();
	}

	@Test
	void aProxyIsInheritedWithItsCredentialsOrNotAtAll() {
		OAuthClientProperties parent = bind(Stream.of("http.proxy.host=p", "http.proxy.port=1", "http.proxy.username=u",
				"http.proxy.password=canary"));
		assertThat(bind(Stream.of("http.proxy.host=other")).inheritFrom(parent).http().proxy())
			.isEqualTo(new Proxy("other", null, null, null, null));
		assertThat(bind(Stream.of("http.read-timeout=1s", "token-uri=t")).inheritFrom(parent).http().proxy())
			.isEqualTo(parent.http().proxy());
	}

	@Test
	void aRegistrationThatSaysNothingHasTheDefaults() {
		OAuthClientRegistration registration = registrations().get("default");
		assertThat(registration.endpoint().http().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(registration.endpoint().http().readTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(registration.endpoint().rules().maxSize()).isEqualTo(65536);
		assertThat(registration.refresh()).isEqualTo(new RefreshPolicy(Duration.ofMinutes(10), Duration.ofSeconds(30),
				Duration.ofMinutes(5), Duration.ofHours(24), false));
		assertThat(registration.retry())
			.isEqualTo(new RetryPolicy(3, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofSeconds(10)));
		assertThat(registration.startup()).isEqualTo(Startup.LAZY);
		assertThat(registration.policy().replayUnauthorized()).isTrue();
		assertThat(registration.policy().requireToken()).isTrue();
		assertThat(registration.policy().origins().contains(URI.create("https://idp.example.com"))).isFalse();
	}

	@Test
	void severalScopesMayStandInOneValue() {
		OAuthClientRegistration registration = with("scope", "read write,admin").registrations().get("default");
		assertThat(client(registration).getScopes()).containsExactly("read", "write", "admin");
	}

	@Test
	void theStarAllowsAnyOrigin() {
		OAuthClientRegistration registration = with("origins", "*").registrations().get("default");
		assertThat(registration.policy().origins().contains(URI.create("https://anywhere.example"))).isTrue();
	}

	@Test
	void printingShowsNoSecret() {
		with("registration.crm.client-id", "crm").with("registration.crm.client-secret", "other-canary");
		assertThat(properties().toString()).doesNotContain("canary", "other-canary");
		assertThat(registrations().toString()).doesNotContain("canary", "other-canary");
		assertThat(registrations().get("crm").withoutSecret().toString()).doesNotContain("other-canary");
	}

}
