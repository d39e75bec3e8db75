/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.X509CertUtils;

import io.github.outboundauth.ImitatedProvider.Answer;
import io.github.outboundauth.ImitatedProvider.Assertion;
import io.github.outboundauth.ImitatedProvider.Sent;

/**
 * The providers of {@code docs/providers.md}, as their documentation, or reports of their
 * users, describe them.
 */
final class ImitatedProviders {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final String GRANT = "grant_type=client_credentials";

	private static final String ENTRA_PATH = "/tenant-id/oauth2/v2.0/token";

	private static final String ENTRA_TOKEN = """
			{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"canary"}""";

	private static final String CLIENT_ASSERTION_TYPE = "client_assertion_type="
			+ "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

	private static final String CHECK_REGISTRATION = "Check the registration of the client at the authorization server";

	private static final String CHECK_POST = "Check client-id, client-secret and client-authentication-method; "
			+ "it is now client_secret_post";

	private static final String CHECK_BASIC = "Check client-id, client-secret and client-authentication-method; "
			+ "it is now client_secret_basic, in which some servers misread reserved characters like those of this "
			+ "client: try client_secret_post, or the other basic-encoding";

	private static final String CHECK_ASSERTION = "Check client-id, the key or file of assertion, assertion.key-id, "
			+ "assertion.audience and client-authentication-method; it is now private_key_jwt";

	private static final String CHECK_CERTIFICATE = "Check client-id, the certificate of http.ssl.bundle and "
			+ "client-authentication-method; it is now tls_client_auth";

	private static final String CHECK_GRANT = "Check token-uri, authorization-grant-type and parameters; "
			+ "if the assertion is the grant, its key and claims and the clock of this machine";

	private static final String ALLOW_GRANT = "Allow the client credentials grant, or the one of "
			+ "authorization-grant-type, for this client at the authorization server";

	private final Map<String, ImitatedProvider> byRecipe = new LinkedHashMap<>();

	private final String url;

	private final X509Certificate certificate;

	private final RSASSAVerifier verifier;

	/**
	 * Create the providers.
	 * @param url where they are
	 * @param certificate has the public key of the clients
	 */
	ImitatedProviders(String url, X509Certificate certificate) {
		this.url = url;
		this.certificate = certificate;
		this.verifier = new RSASSAVerifier((RSAPublicKey) certificate.getPublicKey());
		withMetadata();
		entra();
		withAssertions();
		withSecrets();
		others();
	}

	Map<String, ImitatedProvider> byRecipe() {
		return this.byRecipe;
	}

	ImitatedProvider get(String recipe) {
		return this.byRecipe.get(recipe);
	}

	private void add(String recipe, ImitatedProvider provider) {
		this.byRecipe.put(recipe, provider);
	}

	private String metadata(String issuer, String tokenPath, String methods) {
		return "{\"issuer\":\"" + this.url + issuer + "\",\"token_endpoint\":\"" + this.url + tokenPath
				+ "\",\"token_endpoint_auth_methods_supported\":[" + methods + "]}";
	}

	private void withMetadata() {
		add("Keycloak", ImitatedProvider.at("/realms/realm/protocol/openid-connect/token", Sent.basic(GRANT))
			.withMetadata("/realms/realm/.well-known/openid-configuration",
					metadata("/realms/realm", "/realms/realm/protocol/openid-connect/token",
							"\"private_key_jwt\",\"client_secret_basic\",\"client_secret_post\",\"tls_client_auth\""))
			.grants("""
					{"access_token":"canary","expires_in":300,"refresh_expires_in":0,"token_type":"Bearer",
					"not-before-policy":0,"scope":"profile email"}""", Duration.ofMinutes(5), "profile", "email")
			.refuses(401, "unauthorized_client", "Invalid client or Invalid client credentials",
					ALLOW_GRANT + ". Some servers say so of wrong credentials: " + CHECK_BASIC));
		add("Spring Authorization Server", ImitatedProvider
			.at("/oauth2/token", Sent.basic(GRANT, "scope=inventory.read"))
			.withMetadata("/.well-known/openid-configuration",
					metadata("", "/oauth2/token", "\"client_secret_basic\",\"client_secret_post\""))
			.grants("""
					{"access_token":"canary","scope":"inventory.read","token_type":"Bearer","expires_in":299}""",
					Duration.ofSeconds(299), "inventory.read")
			.refuses(400, "invalid_scope", "Check scope; asked for was [\"inventory.read\"]"));
		add("Auth0", ImitatedProvider.at("/oauth/token", Sent.post(GRANT, "audience=api-identifier"))
			.withMetadata("/.well-known/openid-configuration",
					metadata("/", "/oauth/token", "\"client_secret_basic\",\"client_secret_post\",\"private_key_jwt\""))
			.grants("""
					{"access_token":"canary","scope":"read:orders","expires_in":86400,"token_type":"Bearer"}""",
					Duration.ofDays(1), "read:orders")
			.refuses(403, "access_denied",
					"No audience parameter was provided, and no default audience has been configured",
					"Check audience and scope, and what the authorization server allows this client"));
		add("Okta, custom authorization server",
				ImitatedProvider.at("/oauth2/authorization-server-id/v1/token", Sent.basic(GRANT, "scope=orders.read"))
					.withMetadata("/oauth2/authorization-server-id/.well-known/openid-configuration",
							metadata("/oauth2/authorization-server-id", "/oauth2/authorization-server-id/v1/token",
									"\"client_secret_basic\",\"client_secret_post\",\"private_key_jwt\""))
					.grants("""
							{"token_type":"Bearer","expires_in":3600,"access_token":"canary","scope":"orders.read"}""",
							HOUR, "orders.read")
					.refuses(401, "invalid_client",
							"Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
									+ "token_endpoint_auth_method.",
							CHECK_BASIC));
	}

	private void entra() {
		String scope = "scope=app-id-uri/.default";
		add("Microsoft Entra ID, secret", ImitatedProvider.at(ENTRA_PATH, Sent.post(GRANT, scope))
			.grants("""
					{"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":"1495271273",
					"not_before":"1495184574","resource":"app-id-uri","access_token":"canary"}""",
					Duration.ofSeconds(3599))
			.refuses(400, "invalid_scope",
					entra("AADSTS1002012: The provided value for scope orders.read is not valid. Client credential "
							+ "flows must have a scope value with /.default suffixed to the resource "
							+ "identifier (application ID URI)."),
					"Check scope; asked for was [\"app-id-uri/.default\"]"));
		add("Microsoft Entra ID, certificate",
				ImitatedProvider
					.at(ENTRA_PATH,
							Sent.form(GRANT, scope, "client_id=client-id", CLIENT_ASSERTION_TYPE)
								.with(clientAssertion(ENTRA_PATH,
										Map.of("alg", "PS256", "typ", "JWT", "x5t#S256",
												X509CertUtils.computeSHA256Thumbprint(this.certificate).toString()))))
					.grants(ENTRA_TOKEN, Duration.ofSeconds(3599))
					.refuses(401, "invalid_client",
							entra("AADSTS700027: The certificate with identifier used to sign the client "
									+ "assertion is not registered on application."),
							CHECK_ASSERTION));
		add("Microsoft Entra ID, workload identity",
				ImitatedProvider
					.at("/azure-tenant-id/oauth2/v2.0/token",
							Sent.form(GRANT, scope, "client_id=azure-client-id", CLIENT_ASSERTION_TYPE,
									"client_assertion=" + ProvidersTests.FEDERATED_TOKEN))
					.grants(ENTRA_TOKEN, Duration.ofSeconds(3599))
					.refuses(401, "invalid_client",
							entra("AADSTS70021: No matching federated identity record found for presented assertion."),
							CHECK_ASSERTION));
	}

	private static String entra(String text) {
		return text + "\r\nTrace ID: 255d1aef\r\nCorrelation ID: fb3d2015\r\nTimestamp: 2026-01-09 02:02:12Z";
	}

	private Assertion clientAssertion(String path, Map<String, Object> header) {
		return new Assertion("client_assertion", header,
				Map.of("iss", "client-id", "sub", "client-id", "aud", this.url + path), this.verifier);
	}

	private void withAssertions() {
		add("Okta, org authorization server", ImitatedProvider
			.at("/oauth2/v1/token",
					Sent.form(GRANT, "scope=okta.users.read", "client_id=client-id", CLIENT_ASSERTION_TYPE)
						.with(clientAssertion("/oauth2/v1/token",
								Map.of("alg", "RS256", "typ", "JWT", "kid", "key-id"))))
			.grants("""
					{"token_type":"Bearer","expires_in":3600,"access_token":"canary","scope":"okta.users.read"}""",
					HOUR, "okta.users.read")
			.refuses(400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.",
					"Have the authorization server issue Bearer tokens to this client; DPoP is not supported"));
		add("Google, service account", ImitatedProvider
			.at("/token",
					Sent.form("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer")
						.with(new Assertion("assertion", Map.of("alg", "RS256", "typ", "JWT", "kid", "private-key-id"),
								Map.of("iss", "service-account-email", "aud", this.url + "/token", "scope",
										"https://www.googleapis.com/auth/devstorage.read_only"),
								this.verifier)))
			.grants("""
					{"access_token":"canary","expires_in":3599,"token_type":"Bearer"}""", Duration.ofSeconds(3599))
			.refuses(400, "invalid_grant",
					"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
							+ "Check your iat and exp values in the JWT claim.",
					CHECK_GRANT));
		add("SAP XSUAA, X.509",
				ImitatedProvider.at("/oauth/token", Sent.form(GRANT, "client_id=client-id"))
					.grants(uaaToken(), Duration.ofSeconds(43199), "uaa.resource")
					.refuses(401, "unauthorized", "Bad credentials", CHECK_CERTIFICATE));
	}

	private static String uaaToken() {
		return """
				{"access_token":"canary","token_type":"bearer","expires_in":43199,"scope":"uaa.resource",
				"jti":"d2a9e3b5"}""";
	}

	private void withSecrets() {
		add("Amazon Cognito",
				ImitatedProvider.at("/oauth2/token", Sent.basic(GRANT, "scope=orders/read"))
					.grants("{\"access_token\":\"canary\",\"expires_in\":3600,\"token_type\":\"Bearer\"}", HOUR)
					.refuses(400, "invalid_client", CHECK_BASIC));
		add("PingFederate", ImitatedProvider
			.at("/as/token.oauth2", Sent.basic(GRANT, "scope=orders.read", "access_token_manager_id=token-manager-id"))
			.grants("{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":7199}",
					Duration.ofSeconds(7199))
			.refuses(401, "invalid_client", CHECK_BASIC));
		add("Salesforce",
				ImitatedProvider.at("/services/oauth2/token", Sent.post(GRANT))
					.grants("""
							{"access_token":"canary","signature":"c2lnbmF0dXJl","scope":"cdp_query_api api",
							"instance_url":"https://my-domain.my.salesforce.com","id":"https://my-domain/id/00fdg",
							"token_type":"Bearer","issued_at":"4564564565767"}""", Duration.ofMinutes(15),
							"cdp_query_api", "api")
					.refuses(400, "invalid_grant", "request not supported on this domain", CHECK_GRANT));
		add("Zoom", ImitatedProvider
			.at("/oauth/token", Sent.basic("grant_type=account_credentials", "account_id=account-id"))
			.grants("""
					{"access_token":"canary","token_type":"bearer","expires_in":3600,
					"scope":"meeting:master meeting:read:admin"}""", HOUR, "meeting:master", "meeting:read:admin")
			.refuses(Answer.json(400, "{\"reason\":\"unsupported grant type\",\"error\":\"unsupported_grant_type\"}"),
					"(unsupported_grant_type: \"unsupported grant type\")", ALLOW_GRANT));
		add("Apigee",
				ImitatedProvider.at("/oauth/accesstoken", Sent.basic(GRANT))
					.grants("""
							{"issued_at":"1420262924658","scope":"","application_name":"ce1e94a2","refresh_token_issued_at":"0",
							"status":"approved","refresh_token_status":"","api_product_list":"[orders]","expires_in":"1799",
							"developer.email":"a@example.com","organization_id":"0","token_type":"BearerToken",
							"client_id":"client-id","access_token":"canary","refresh_token_expires_in":"0",
							"refresh_count":"0"}""",
							Duration.ofSeconds(1799))
					.refuses(Answer.json(401, "{\"ErrorCode\":\"invalid_client\",\"Error\":\"ClientId is Invalid\"}"),
							"(invalid_client: \"ClientId is Invalid\")", CHECK_BASIC));
		add("SAP XSUAA and Cloud Foundry UAA, secret",
				ImitatedProvider.at("/oauth/token", Sent.rawBasic(GRANT))
					.grants(uaaToken(), Duration.ofSeconds(43199), "uaa.resource")
					.refuses(401, "unauthorized", "Bad credentials", CHECK_BASIC));
	}

	private void others() {
		add("adobe",
				ImitatedProvider.at("/ims/token/v3", Sent.post(GRANT, "scope=openid,AdobeID"))
					.grants("{\"access_token\":\"canary\",\"token_type\":\"bearer\",\"expires_in\":86399}",
							Duration.ofSeconds(86399))
					.refuses(400, "invalid_scope", "Check scope; asked for was [\"openid\", \"AdobeID\"]"));
		add("box", ImitatedProvider
			.at("/oauth2/token", Sent.post(GRANT, "box_subject_type=enterprise", "box_subject_id=box-enterprise-id"))
			.grants("""
					{"access_token":"canary","expires_in":3600,"restricted_to":[],"token_type":"bearer"}""", HOUR)
			.refuses(400, "invalid_grant", "Grant credentials are invalid", CHECK_GRANT));
		add("form-answers", ImitatedProvider.at("/login/oauth/access_token", Sent.basic(GRANT))
			.grants(Answer.form(200, "access_token=canary&expires_in=28800&scope=repo%2Cgist&token_type=bearer"),
					Duration.ofHours(8), "repo,gist")
			.refuses(
					Answer.form(200,
							"error=incorrect_client_credentials&error_description=The+client_id+and%2For+"
									+ "client_secret+passed+are+incorrect."),
					"(incorrect_client_credentials: \"The client_id and/or client_secret passed are incorrect.\")",
					CHECK_REGISTRATION));
		add("marketo",
				ImitatedProvider.at("/identity/oauth/token", Sent.post(GRANT).inUrl())
					.grants("""
							{"access_token":"canary-86ff13a0:int","token_type":"bearer","expires_in":17,
							"scope":"apis@acmeinc.com"}""", Duration.ofSeconds(17), "apis@acmeinc.com")
					.refuses(401, "invalid_client", "No client with requested id", CHECK_POST));
		add("shopify",
				ImitatedProvider.at("/admin/oauth/access_token", Sent.post(GRANT))
					.grants("""
							{"access_token":"canary","scope":"read_products,write_products","expires_in":86399}""",
							Duration.ofSeconds(86399), "read_products", "write_products")
					.refuses(400, "shop_not_permitted", "Client credentials cannot be performed on this shop.",
							CHECK_REGISTRATION));
		add("twitch",
				ImitatedProvider.at("/oauth2/token", Sent.post(GRANT))
					.grants("{\"access_token\":\"canary\",\"expires_in\":5011271,\"scope\":[\"user_read\"]}",
							Duration.ofDays(1), "user_read")
					.refuses(Answer.json(400, "{\"status\":400,\"message\":\"invalid client\"}"),
							"without an OAuth error (content type: application/json) (\"invalid client\")",
							CHECK_REGISTRATION));
		add("vipps", ImitatedProvider
			.at("/accesstoken/get",
					Sent.form(GRANT, "client_id=client-id")
						.inUrl()
						.with(Map.of("client_id", "client-id", "client_secret", ImitatedProvider.SECRET,
								"Ocp-Apim-Subscription-Key", ImitatedProvider.SECRET)))
			.grants("""
					{"token_type":"Bearer","expires_in":"86398","ext_expires_in":"0","expires_on":"1495271273",
					"not_before":"1495184574","resource":"00000002","access_token":"canary"}""",
					Duration.ofSeconds(86398))
			.refuses(400, "unauthorized_client", "AADSTS700016: Application was not found\r\nTrace ID: 255d1aef",
					ALLOW_GRANT + ". Some servers say so of wrong credentials: Check client-id, assertion, headers, "
							+ "parameters and client-authentication-method; it is now none"));
		add("walmart",
				ImitatedProvider
					.at("/v3/token",
							Sent.basic(GRANT)
								.with(Map.of("WM_SVC.NAME", "orders", "WM_QOS.CORRELATION_ID",
										"walmart-correlation-id")))
					.grants("{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":900}",
							Duration.ofMinutes(15))
					.refuses(Answer.json(401, """
							{"error":[{"code":"UNAUTHORIZED.GMP_GATEWAY_API","description":"Unauthorized"}]}"""),
							"(UNAUTHORIZED.GMP_GATEWAY_API: \"Unauthorized\")", CHECK_BASIC));
		add("zoho",
				ImitatedProvider
					.at("/oauth/v2/token",
							Sent.post(GRANT, "scope=ZohoCRM.settings.READ", "soid=ZohoCRM.zoho-organization").inUrl())
					.grants("""
							{"access_token":"canary","scope":"ZohoCRM.settings.READ",
							"api_domain":"https://www.zohoapis.com","token_type":"Bearer","expires_in":3600}""", HOUR,
							"ZohoCRM.settings.READ")
					.refuses(200, "missing_org_info", CHECK_REGISTRATION));
	}

}
