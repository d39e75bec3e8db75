/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.properties;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

import io.github.outboundauth.endpoint.RequestStyle;
import io.github.outboundauth.testing.ContextRunners;
import io.github.outboundauth.testing.Reports;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Wrong configuration stops the start with a report: which key, what is wrong, what to
 * write; never a secret.
 */
class ConfigurationReportTests {

	private static final String SECRET = "canary";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(ContextRunners.autoConfigurations())
		.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders",
				"oauth.client.client-secret=" + SECRET);

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "null",
			textBlock = """
					token-uri                          | ''                                 | oauth.client.token-uri is blank
					token-uri                          | /oauth2/token                      | oauth.client.token-uri is not an absolute http or https URL
					token-uri                          | idp.example.com/token              | oauth.client.token-uri is not an absolute http or https URL
					token-uri                          | ftp://idp.example.com/token        | oauth.client.token-uri is not an absolute http or https URL
					token-uri                          | https://idp example.com/token      | oauth.client.token-uri is not an absolute http or https URL
					token-uri                          | ${NOT_SET_ANYWHERE}                | oauth.client.token-uri contains a placeholder that is not resolved
					token-uri                          | http://idp.example.com/token       | oauth.client.token-uri uses http
					token-uri                          | http://0.0.0.0/token               | oauth.client.token-uri uses http
					token-uri                          | http://localhost.evil.test/token   | oauth.client.token-uri uses http
					token-uri                          | http://127.0.0.1.evil.test/token   | oauth.client.token-uri uses http
					token-uri                          | http://2130706433/token            | oauth.client.token-uri uses http
					token-uri                          | https://idp.example.com/token#a    | oauth.client.token-uri contains a fragment
					token-uri                          | https://u:canary@idp.example.com/ | oauth.client.token-uri contains user info
					token-uri                          | http://localhost@evil.test/        | oauth.client.token-uri contains user info
					client-id                          | ' '                                | oauth.client.client-id is blank
					client-secret                      | ''                                 | oauth.client.client-secret is blank
					client-id                          | ${NOT_SET_ANYWHERE}                | oauth.client.client-id contains a placeholder that is not resolved: ${NOT_SET_ANYWHERE}
					client-secret                      | ${NOT_SET_ANYWHERE}                | oauth.client.client-secret contains a placeholder that is not resolved: ${NOT_SET_ANYWHERE}
					client-secret                      | canary${NOT_SET_ANYWHERE}   | oauth.client.client-secret contains a placeholder that is not resolved.
					client-authentication-method       | basic                              | write one of [client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth, self_signed_tls_client_auth, none]
					client-authentication-method       | private_key_jwt                    | oauth.client.client-secret is not used by the method private_key_jwt
					client-authentication-method       | private-key-jwt                    | oauth.client.assertion has no key
					client-authentication-method       | client_secret_jwt                  | oauth.client.client-secret is too short to sign with HS256
					client-authentication-method       | tls_client_auth                    | oauth.client.http.ssl.bundle is missing
					client-authentication-method       | ${NOT_SET_ANYWHERE}                | oauth.client.client-authentication-method contains a placeholder that is not resolved
					client-authentication-method       | tls_client_auth                    | oauth.client.client-secret is not used by the method tls_client_auth
					assertion.audience                 | issuer                             | oauth.client.assertion.audience is not used by the method client_secret_basic
					assertion.lifetime                 | 60s                                | oauth.client.assertion.lifetime is not used by the method client_secret_basic
					registration.crm.client-secret-location | ''                            | oauth.client.registration.crm.client-secret-location is blank
					registration.crm.assertion.key-location | ''                            | oauth.client.registration.crm.assertion.key-location is blank
					registration.crm.assertion.key-location | ${NOT_SET_ANYWHERE}           | oauth.client.registration.crm.assertion.key-location contains a placeholder that is not resolved
					registration.crm.assertion.location | /nowhere                          | oauth.client.registration.crm.assertion.location names a resource, which does not exist
					response.accepted-token-types      | ''                                 | oauth.client.response.accepted-token-types is empty
					client-secret-location             | /nowhere                           | oauth.client.client-secret-location is set, and client-secret too
					assertion.key-location             | /nowhere                           | oauth.client.assertion.key-location is not used by the method client_secret_basic
					issuer-uri                         | https://idp.example.com            | oauth.client.token-uri is set, and issuer-uri too
					metadata-uri                       | https://idp.example.com/m          | oauth.client.metadata-uri is set without issuer-uri
					registration.crm.issuer-uri        | idp.example.com                    | oauth.client.registration.crm.issuer-uri is not an absolute http or https URL
					registration.crm.issuer-uri        | https://idp.example.com?a=b        | oauth.client.registration.crm.issuer-uri contains a query
					registration.crm.issuer-uri        | http://idp.example.com             | oauth.client.registration.crm.issuer-uri uses http
					http.ssl.bundle                    | nowhere                            | oauth.client.http.ssl.bundle
					http.proxy.host                    | proxy                              | oauth.client.http.proxy.port is missing
					http.proxy.port                    | 3128                               | oauth.client.http.proxy.host is missing
					http.proxy.username                | canary                             | oauth.client.http.proxy has a username or a password, but not both
					api.connect-timeout                | 0s                                 | oauth.client.api.connect-timeout must be more than zero
					api.read-timeout                   | -1s                                | oauth.client.api.read-timeout must be more than zero
					api.ssl.bundle                     | ' '                                | oauth.client.api.ssl.bundle is blank
					api.ssl.bundle                     | nowhere                            | oauth.client.api.ssl.bundle names the SSL bundle 'nowhere', which does not exist
					api.proxy.host                     | proxy                              | oauth.client.api.proxy.port is missing
					api.proxy.port                     | 3128                               | oauth.client.api.proxy.host is missing
					api.proxy.username                 | canary                             | oauth.client.api.proxy has a username or a password, but not both
					api.default-header.Authorization   | Bearer canary                      | oauth.client.api.default-header.Authorization is reserved
					api.default-header.authorization   | Bearer canary                      | remove it: the token is sent as Authorization
					api.default-header.Proxy-Authorization | canary                         | oauth.client.api.default-header.Proxy-Authorization is reserved
					api.default-header.Host            | canary                             | oauth.client.api.default-header.Host is reserved
					api.default-header.X-Key           | ${NOT_SET_ANYWHERE}                | oauth.client.api.default-header.X-Key contains a placeholder that is not resolved
					api.default-header.X-Key           | canärycanary                       | oauth.client.api.default-header.X-Key contains a character beyond ASCII
					api.token-header                   | Proxy-Authorization                | oauth.client.api.token-header is reserved
					api.token-header                   | X Token                            | oauth.client.api.token-header contains characters that cannot be sent
					api.token-header                   | ''                                 | oauth.client.api.token-header contains characters that cannot be sent
					api.token-header                   | ${NOT_SET_ANYWHERE}                | oauth.client.api.token-header contains a placeholder that is not resolved
					api.token-scheme                   | ${NOT_SET_ANYWHERE}                | oauth.client.api.token-scheme contains a placeholder that is not resolved
					api.token-scheme                   | Custom x                           | oauth.client.api.token-scheme contains characters that no scheme has
					registration.crm.api.proxy.host    | http://proxy                       | oauth.client.registration.crm.api.proxy.host is not a host
					client-authentication-method       | none                               | oauth.client.client-secret is not used by the method none
					authorization-grant-type           | password                           | oauth.client.authorization-grant-type is password, which must not be used (RFC 9700 section 2.4)
					authorization-grant-type           | authorization_code                 | oauth.client.authorization-grant-type is authorization_code, which needs a user
					authorization-grant-type           | ''                                 | oauth.client.authorization-grant-type is blank
					authorization-grant-type           | a b                                | oauth.client.authorization-grant-type contains a character that no grant type has
					scope-delimiter                    | and                                | oauth.client.scope-delimiter is not a single ASCII character
					response.default-token-type        | mac                                | oauth.client.response.default-token-type is not among response.accepted-token-types
					response.members.access-token      | ''                                 | oauth.client.response.members.access-token is blank
					scope                              | a"b                                | oauth.client.scope contains a character that RFC 6749 section 3.3 does not allow
					scope                              | caf\u00e9                          | oauth.client.scope contains a character that RFC 6749 section 3.3 does not allow
					scope                              | ${NOT_SET_ANYWHERE}                | oauth.client.scope contains a placeholder that is not resolved
					resource                           | inventory                          | oauth.client.resource is not an absolute URI without a fragment
					resource                           | https://api.example.com#x          | oauth.client.resource is not an absolute URI without a fragment
					parameters.grant_type              | password                           | oauth.client.parameters.grant_type is reserved
					parameters.client_secret           | canary                      | oauth.client.parameters.client_secret is reserved
					headers.Authorization              | canary                      | oauth.client.headers.Authorization is reserved
					headers.X-Tenant                   | caf\u00e9                          | oauth.client.headers.X-Tenant contains a character beyond ASCII
					headers.host                       | evil.test                          | oauth.client.headers.host is reserved
					base-url                           | inventory                          | oauth.client.base-url is not an absolute http or https URL
					base-url                           | http://inventory.example.com       | oauth.client.base-url uses http
					origins                            | https://a.example.com/path         | oauth.client.origins contains more than an origin
					origins                            | a.example.com                      | oauth.client.origins is not an absolute http or https URL
					http.connect-timeout               | -1s                                | oauth.client.http.connect-timeout must be more than zero
					http.read-timeout                  | 0s                                 | oauth.client.http.read-timeout must be more than zero
					http.total-timeout                 | -5s                                | oauth.client.http.total-timeout must be more than zero
					http.max-response-size             | 1B                                 | oauth.client.http.max-response-size must be between
					refresh.outage-tolerance           | -1m                                | oauth.client.refresh.outage-tolerance must be zero or more
					refresh.margin                     | -1s                                | oauth.client.refresh.margin must be zero or more
					refresh.default-lifetime           | 0s                                 | oauth.client.refresh.default-lifetime must be more than zero
					refresh.max-lifetime               | -1s                                | oauth.client.refresh.max-lifetime must be more than zero
					retry.max-attempts                 | 0                                  | oauth.client.retry.max-attempts must be between 1 and 10
					retry.backoff                      | -1s                                | oauth.client.retry.backoff must be zero or more
					retry.max-backoff                  | -1s                                | oauth.client.retry.max-backoff must be zero or more
					registration.crm.token-uri         | https://crm.example.com/token      | oauth.client.registration.crm.client-id is missing
					registration.crm.client-id         | crm                                | oauth.client.registration.crm.client-secret is missing
					registration.crm.base-url          | nowhere                            | oauth.client.registration.crm.base-url is not an absolute http or https URL
					registration.default.base-url      | https://api.example.com            | oauth.client.registration.default is described in the wrong place
					registration.crm.enabled           | true                               | oauth.client.registration.crm contains enabled, registration or http-service-group
					http-service-group.stock           | crmm                               | names the registration 'crmm', which is not configured
					scop                               | a                                  | oauth.client.scop does not exist. Did you mean oauth.client.scope?
					http.conect-timeout                | 1s                                 | oauth.client.http.conect-timeout does not exist. Did you mean oauth.client.http.connect-timeout?
					registration.crm.client-secrett    | canary                      | oauth.client.registration.crm.client-secrett does not exist. Did you mean oauth.client.registration.crm.client-secret?
					scopes[0]                          | canary                      | oauth.client.scopes[0] does not exist. Did you mean oauth.client.scope?
					audiences[0]                       | canary                      | oauth.client.audiences[0] does not exist. Did you mean oauth.client.audience?
					paramters.foo                      | canary                      | oauth.client.paramters.foo does not exist. Did you mean oauth.client.parameters?
					header.X-Foo                       | canary                      | oauth.client.header.x-foo does not exist. Did you mean oauth.client.headers?
					registrations.billing.client-id    | canary                      | oauth.client.registrations.billing.client-id does not exist. Did you mean oauth.client.registration?
					registration.crm.scopes[1]         | canary                      | oauth.client.registration.crm.scopes[1] does not exist. Did you mean oauth.client.registration.crm.scope?
					registration.crm.header.X-Foo      | canary                      | oauth.client.registration.crm.header.x-foo does not exist. Did you mean oauth.client.registration.crm.headers?
					registration.crm.http.conect-timeout | canary                      | oauth.client.registration.crm.http.conect-timeout does not exist. Did you mean oauth.client.registration.crm.http.connect-timeout?
					completely-different               | canary                      | oauth.client.completely-different does not exist.
					""")
	void namesTheKeyAndWhatIsWrong(String key, String value, String report) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("broken", Map.of("oauth.client." + key, value))))
			.run((context) -> assertThat(report(context)).contains(report).doesNotContain(SECRET));
	}

	@Test
	void refusesADefaultHeaderWhereTheTokenWouldBe() {
		this.runner
			.withPropertyValues("oauth.client.api.token-header=X-Token",
					"oauth.client.api.default-header.x-token=canary")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.api.default-header.x-token is reserved", "the token is sent as X-Token")
				.doesNotContain(SECRET));
		this.runner
			.withPropertyValues("oauth.client.api.token-header=X-Token",
					"oauth.client.api.default-header.Authorization=canary")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.api.default-header.Authorization is reserved", "the token is sent as X-Token")
				.doesNotContain(SECRET));
	}

	@ParameterizedTest
	@ValueSource(strings = { "headers.X-Tenant", "parameters.tenant", "audience" })
	void refusesLineBreaksInWhatIsSent(String key) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("broken", Map.of("oauth.client." + key, "a\r\nX-Evil: b"))))
			.run((context) -> assertThat(report(context))
				.contains("oauth.client." + key + " contains a control character")
				.doesNotContain("X-Evil"));
	}

	@Test
	void reportsEverythingThatIsMissingAtOnce() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.registration.crm.base-url=https://crm.example.com")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.registration.crm.token-uri is missing",
						"oauth.client.registration.crm.client-id is missing",
						"oauth.client.registration.crm.client-secret is missing")
				.contains("such as https://idp.example.com/oauth2/token"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "token-uri=https://idp.example.com/token", "client-secret=" + SECRET, "scope=read",
			"base-url=https://api.example.com" })
	void reportsAMissingClientId(String property) {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client." + property)
			.run((context) -> assertThat(report(context)).contains("oauth.client.client-id is missing")
				.doesNotContain(SECRET));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1:9000/token", "http://127.9.9.9/token", "http://[::1]:9000/token",
			"http://localhost:9000/token", "http://LOCALHOST/token", "HTTPS://idp.example.com/token?tenant=x" })
	void acceptsHttpsAndLoopback(String url) {
		this.runner.withPropertyValues("oauth.client.token-uri=" + url)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			http://idp.example.com             | uses http
			http://0.0.0.0                     | uses http
			http://localhost.evil.test         | uses http
			http://127.0.0.1.evil.test         | uses http
			http://2130706433                  | uses http
			http://[::ffff:10.0.0.1]           | uses http
			http://[::ffff:127.0.0.1]          | uses http
			http://localhost@evil.test         | contains user info
			https://u:canary@idp.example.com   | contains user info
			ws://127.0.0.1                     | is not an absolute http or https URL
			ftp://127.0.0.1                    | is not an absolute http or https URL
			file:///etc/passwd                 | is not an absolute http or https URL
			jar:file:/a.jar!/b                 | is not an absolute http or https URL
			jar:http://127.0.0.1/a.jar!/b      | is not an absolute http or https URL
			//127.0.0.1                        | is not an absolute http or https URL
			""")
	void refusesWhatIsNeitherHttpsNorLoopback(String url, String problem) {
		this.runner
			.withPropertyValues("oauth.client.token-uri=" + url, "oauth.client.base-url=" + url,
					"oauth.client.origins=" + url, "oauth.client.registration.crm.issuer-uri=" + url,
					"oauth.client.registration.crm.metadata-uri=" + url)
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.token-uri " + problem, "oauth.client.base-url " + problem,
						"oauth.client.origins " + problem, "oauth.client.registration.crm.issuer-uri " + problem,
						"oauth.client.registration.crm.metadata-uri " + problem)
				.doesNotContain(SECRET));
	}

	@Test
	void acceptsHttpBeyondLoopbackWhenThatIsAllowed() {
		this.runner
			.withPropertyValues("oauth.client.token-uri=http://idp.internal/token",
					"oauth.client.base-url=http://inventory.internal", "oauth.client.allow-insecure-http=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void doesNotInheritThePermissionForInsecureHttp() {
		this.runner
			.withPropertyValues("oauth.client.allow-insecure-http=true",
					"oauth.client.registration.crm.base-url=http://crm.internal")
			.run((context) -> assertThat(report(context)).contains("oauth.client.registration.crm.base-url uses http"));
	}

	private ApplicationContextRunner assertion(String... properties) {
		return new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.client-id=orders")
			.withPropertyValues(properties);
	}

	@ParameterizedTest
	@CsvSource({ "audience", "key-id", "algorithm", "key-password", "certificate-location", "type" })
	void refusesWhatAReadyMadeAssertionDoesNotUse(String key) {
		assertion("oauth.client.assertion.location=/nowhere", "oauth.client.assertion." + key + "=RS256")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.assertion." + key + " is not used with assertion.location"));
	}

	@ParameterizedTest
	@CsvSource({ "key-password", "certificate-location" })
	void refusesWhatAnSslBundleDoesNotUse(String key) {
		assertion("oauth.client.assertion.ssl-bundle=nowhere", "oauth.client.assertion." + key + "=x")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.assertion." + key + " is not used with assertion.ssl-bundle"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			key-id       | ''                  | key-id is blank
			key-id       | ${NOT_SET_ANYWHERE} | key-id contains a placeholder
			key-password | ${NOT_SET_ANYWHERE} | key-password contains a placeholder
			type         | ${NOT_SET_ANYWHERE} | type contains a placeholder
			audience     | ' issuer '          | audience is the issuer, which is not known
			lifetime     | 2h                  | lifetime must be between a second and an hour
			claims.jti   | a                   | claims.jti is reserved
			""")
	void refusesWhatNoAssertionCanSay(String key, String value, String report) {
		assertion("oauth.client.assertion.key-location=/nowhere")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("broken", Map.of("oauth.client.assertion." + key, value))))
			.run((context) -> assertThat(report(context)).contains("oauth.client.assertion." + report));
	}

	@Test
	void namesTheFileOfASecretThatIsTooShort(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("secret"), "canary");
		assertion("oauth.client.client-secret-location=" + file,
				"oauth.client.client-authentication-method=client_secret_jwt")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.client-secret-location is too short to sign with HS256")
				.doesNotContain(SECRET));
	}

	@Test
	void refusesAPlaceholderInWhatASecretSigns() {
		assertion("oauth.client.client-secret=" + SECRET.repeat(10),
				"oauth.client.client-authentication-method=client_secret_jwt")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("broken",
						Map.of("oauth.client.assertion.audience", "${NOT_SET_ANYWHERE}"))))
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.assertion.audience contains a placeholder")
				.doesNotContain(SECRET));
	}

	@Test
	void refusesAnAssertionOfOneMaker(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("assertion"), "canary.canary.");
		assertion("oauth.client.assertion.location=" + file,
				"oauth.client.client-authentication-method=private_key_jwt",
				"oauth.client.authorization-grant-type=" + RequestStyle.JWT_BEARER,
				"oauth.client.parameters.assertion=x")
			.run((context) -> assertThat(report(context)).contains(
					"oauth.client.assertion.location is the grant, which cannot authenticate the client as well",
					"oauth.client.parameters.assertion is reserved"));
	}

	@Test
	void refusesKeysThatNobodyInherits() {
		new ApplicationContextRunner().withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token", "oauth.client.scope=read",
					"oauth.client.base-url=nonsense", "oauth.client.registration.crm.client-id=crm",
					"oauth.client.registration.crm.client-secret=" + SECRET)
			.run((context) -> assertThat(report(context)).contains("oauth.client.scope is not inherited",
					"oauth.client.base-url is not inherited"));
	}

	@Test
	void refusesACertificateThatCannotBeShown() {
		assertion("oauth.client.token-uri=http://localhost:9000/token", "oauth.client.http.ssl.bundle=x",
				"oauth.client.client-authentication-method=tls_client_auth")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.token-uri uses http, where no client certificate can be shown"));
	}

	@Test
	void refusesAUserOfAProxyWithAColon() {
		this.runner
			.withPropertyValues("oauth.client.http.proxy.host=proxy", "oauth.client.http.proxy.port=3128",
					"oauth.client.http.proxy.username=a:b", "oauth.client.http.proxy.password=" + SECRET)
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.http.proxy.username contains a colon"));
	}

	/**
	 * Whether there is a registration where they are written, or not.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			oauth.client.http.connect-timeout=-1s          | http.connect-timeout
			oauth.client.http.proxy.host=proxy             | http.proxy.port
			oauth.client.http.ssl.bundle=nowhere           | http.ssl.bundle
			oauth.client.refresh.max-lifetime=0s           | refresh.max-lifetime
			oauth.client.retry.max-attempts=11             | retry.max-attempts
			oauth.client.response.accepted-token-types=    | response.accepted-token-types
			oauth.client.token-uri=http://idp.example.com/ | token-uri
			oauth.client.scope-delimiter=and               | scope-delimiter
			""")
	void reportsWhatIsInheritedOnceWhereItIsWritten(String property, String key) {
		String[] children = { "oauth.client.registration.crm.client-id=crm",
				"oauth.client.registration.crm.client-secret=" + SECRET,
				"oauth.client.registration.crm.http.read-timeout=1s", "oauth.client.registration.mail.client-id=mail",
				"oauth.client.registration.mail.client-secret=" + SECRET };
		ApplicationContextRunner withoutDefault = new ApplicationContextRunner()
			.withConfiguration(ContextRunners.autoConfigurations())
			.withPropertyValues("oauth.client.token-uri=https://idp.example.com/token");
		for (ApplicationContextRunner runner : List.of(this.runner, withoutDefault)) {
			runner.withPropertyValues(children)
				.withPropertyValues(property)
				.run((context) -> assertThat(report(context)).containsOnlyOnce("- oauth.client." + key + " ")
					.doesNotContain(".registration."));
		}
	}

	@Test
	void reportsUnderTheChildWhatOnlyTheChildMayNotDo() {
		this.runner
			.withPropertyValues("oauth.client.token-uri=http://idp.example.com/",
					"oauth.client.allow-insecure-http=true", "oauth.client.registration.crm.scope=read")
			.run((context) -> assertThat(report(context))
				.containsOnlyOnce("oauth.client.registration.crm.token-uri uses http")
				.doesNotContain("oauth.client.token-uri"));
	}

	@Test
	void reportsInTheChildWhatItWritesItself() {
		this.runner
			.withPropertyValues("oauth.client.http.connect-timeout=-1s",
					"oauth.client.registration.crm.http.connect-timeout=-1s")
			.run((context) -> assertThat(report(context)).containsOnlyOnce("- oauth.client.http.connect-timeout must")
				.containsOnlyOnce("- oauth.client.registration.crm.http.connect-timeout must"));
	}

	@Test
	void refusesTheSameNameForTwoMembers() {
		this.runner
			.withPropertyValues("oauth.client.response.members.access-token=t",
					"oauth.client.response.members.expires-in=t")
			.run((context) -> assertThat(report(context))
				.contains("oauth.client.response.members has the same name twice"));
	}

	private static String report(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		return Reports.of(context.getStartupFailure());
	}

}
