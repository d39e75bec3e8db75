/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth;

import java.net.Socket;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;

import io.github.outboundauth.testing.ScriptedServer.Request;
import io.github.outboundauth.testing.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation of a provider says of its token endpoint: what a request must
 * look like, and what it answers.
 *
 * @param path the path of the token endpoint
 * @param sent what is sent
 * @param metadata the path of its metadata and what they say; {@code null} if they are
 * not asked for
 * @param granted the answer to what it wants
 * @param lifetime how long the token is used
 * @param scopes the scopes of the token
 * @param refused the answer to something else
 * @param message what callers are told then, up to where it was
 */
record ImitatedProvider(String path, Sent sent, Metadata metadata, Answer granted, Duration lifetime,
		Set<String> scopes, Answer refused, String message) {

	/** The secret of every client. Encoded, it looks different. */
	static final String SECRET = "canary+/%:=|!";

	static ImitatedProvider at(String path, Sent sent) {
		return new ImitatedProvider(path, sent, null, null, null, Set.of(), null, null);
	}

	/**
	 * It names the token endpoint in metadata.
	 */
	ImitatedProvider withMetadata(String path, String json) {
		return new ImitatedProvider(this.path, this.sent, new Metadata(path, json), this.granted, this.lifetime,
				this.scopes, this.refused, this.message);
	}

	ImitatedProvider grants(String json, Duration lifetime, String... scopes) {
		return grants(Answer.json(200, json), lifetime, scopes);
	}

	ImitatedProvider grants(Answer answer, Duration lifetime, String... scopes) {
		return new ImitatedProvider(this.path, this.sent, this.metadata, answer, lifetime, Set.of(scopes), this.refused,
				this.message);
	}

	/**
	 * It refuses with a code and nothing else.
	 */
	ImitatedProvider refuses(int status, String code, String advice) {
		return refuses(Answer.json(status, "{\"error\":\"" + code + "\"}"), "(" + code + ")", advice);
	}

	/**
	 * It refuses as RFC 6749 section 5.2 says.
	 */
	ImitatedProvider refuses(int status, String code, String description, String advice) {
		String json = "{\"error\":\"" + code + "\",\"error_description\":\"" + description.replace("\r\n", "\\r\\n")
				+ "\"}";
		return refuses(Answer.json(status, json),
				"(" + code + ": \"" + description.replace("\r\n", "\\u000d\\u000a") + "\")", advice);
	}

	/**
	 * It refuses in a way of its own.
	 * @param details what callers are told of it
	 */
	ImitatedProvider refuses(Answer answer, String details, String advice) {
		return new ImitatedProvider(this.path, this.sent, this.metadata, this.granted, this.lifetime, this.scopes,
				answer, "the token request was refused " + details + ". " + advice + ".");
	}

	/**
	 * The provider, when it gets what it wants or when it does not.
	 */
	Script script(boolean granting) {
		return (request, socket) -> {
			if (request.method().equals("GET")) {
				answerTo(request).to(socket);
			}
			else {
				(granting ? this.granted : this.refused).to(socket);
			}
		};
	}

	private Answer answerTo(Request request) {
		return (this.metadata != null && request.path().equals(this.metadata.path()))
				? Answer.json(200, this.metadata.json()) : Answer.json(404, "{}");
	}

	/**
	 * Check the only token request, all of it.
	 */
	void check(List<Request> requests) throws Exception {
		List<Request> posts = requests.stream().filter((request) -> !request.method().equals("GET")).toList();
		assertThat(posts).hasSize(1);
		this.sent.check(posts.get(0), this.path);
	}

	/**
	 * Metadata of the issuer.
	 */
	record Metadata(String path, String json) {

	}

	/**
	 * What is answered.
	 */
	record Answer(int status, String contentType, String body) {

		static Answer json(int status, String body) {
			return new Answer(status, "application/json;charset=UTF-8", body);
		}

		static Answer form(int status, String body) {
			return new Answer(status, "application/x-www-form-urlencoded; charset=utf-8", body);
		}

		void to(Socket socket) throws Exception {
			Script.send(socket, this.status, "Content-Type: " + this.contentType + "\r\n", this.body);
		}

	}

	/**
	 * What is sent.
	 *
	 * @param authorization the header of this name; {@code null} for none
	 * @param parameters the parameters, without the assertion
	 * @param inQuery whether they are in the URL
	 * @param headers further headers
	 * @param assertion the assertion, if it is made for the request
	 */
	record Sent(String authorization, Map<String, String> parameters, boolean inQuery, Map<String, String> headers,
			Assertion assertion) {

		/**
		 * Parameters of a form, and no credentials but those among them.
		 */
		static Sent form(String... parameters) {
			return new Sent(null, map(parameters), false, Map.of(), null);
		}

		/**
		 * Id and secret in the body.
		 */
		static Sent post(String... parameters) {
			Sent form = form(parameters);
			form.parameters().put("client_id", "client-id");
			form.parameters().put("client_secret", SECRET);
			return form;
		}

		/**
		 * Id and secret in the header, encoded as RFC 6749 section 2.3.1 wants it.
		 */
		static Sent basic(String... parameters) {
			return header(URLEncoder.encode(SECRET, StandardCharsets.UTF_8), parameters);
		}

		/**
		 * Id and secret in the header as they are.
		 */
		static Sent rawBasic(String... parameters) {
			return header(SECRET, parameters);
		}

		private static Sent header(String password, String... parameters) {
			byte[] credentials = ("client-id:" + password).getBytes(StandardCharsets.UTF_8);
			return new Sent("Basic " + Base64.getEncoder().encodeToString(credentials), map(parameters), false,
					Map.of(), null);
		}

		Sent inUrl() {
			return new Sent(this.authorization, this.parameters, true, this.headers, this.assertion);
		}

		Sent with(Map<String, String> headers) {
			return new Sent(this.authorization, this.parameters, this.inQuery, headers, this.assertion);
		}

		Sent with(Assertion assertion) {
			return new Sent(this.authorization, this.parameters, this.inQuery, this.headers, assertion);
		}

		private static Map<String, String> map(String... parameters) {
			Map<String, String> map = new TreeMap<>();
			for (String parameter : parameters) {
				String[] parts = parameter.split("=", 2);
				assertThat(map.put(parts[0], parts[1])).as("repeated " + parts[0]).isNull();
			}
			return map;
		}

		private static Map<String, String> decoded(String form) {
			Map<String, String> decoded = map(form.split("&"));
			decoded.replaceAll((name, value) -> URLDecoder.decode(value, StandardCharsets.UTF_8));
			return decoded;
		}

		void check(Request request, String path) throws Exception {
			String[] target = request.path().split("\\?", 2);
			assertThat(request.method()).isEqualTo("POST");
			assertThat(target[0]).isEqualTo(path);
			assertThat(request.header("Authorization")).isEqualTo(this.authorization);
			assertThat(request.header("Accept")).contains("application/json");
			this.headers.forEach((name, value) -> assertThat(request.header(name)).as(name).isEqualTo(value));
			if (this.inQuery) {
				assertThat(request.body()).isEmpty();
				assertThat(request.header("Content-Type")).isNull();
			}
			else {
				assertThat(target).hasSize(1);
				assertThat(request.header("Content-Type")).startsWith("application/x-www-form-urlencoded");
			}
			Map<String, String> actual = decoded(this.inQuery ? target[1] : request.body());
			if (this.assertion != null) {
				this.assertion.check(actual.remove(this.assertion.parameter()));
			}
			assertThat(actual).isEqualTo(this.parameters);
		}

	}

	/**
	 * An assertion.
	 *
	 * @param parameter the parameter that it is sent in
	 * @param header the whole header
	 * @param claims the claims, without times and id
	 * @param verifier verifies its signature
	 */
	record Assertion(String parameter, Map<String, Object> header, Map<String, Object> claims,
			RSASSAVerifier verifier) {

		void check(String jwt) throws ParseException, JOSEException {
			JWSObject jws = JWSObject.parse(jwt);
			assertThat(jws.getHeader().toJSONObject()).isEqualTo(this.header);
			assertThat(jws.verify(this.verifier)).isTrue();
			Map<String, Object> actual = new TreeMap<>(jws.getPayload().toJSONObject());
			long issuedAt = ((Number) actual.remove("iat")).longValue();
			assertThat(((Number) actual.remove("exp")).longValue() - issuedAt).isEqualTo(60);
			assertThat(actual.remove("jti").toString()).hasSizeGreaterThan(20);
			assertThat(actual).isEqualTo(this.claims);
		}

	}

}
