/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.client.RestClient;

import io.github.outboundauth.endpoint.answer.BodyReader;
import io.github.outboundauth.endpoint.answer.Members;
import io.github.outboundauth.endpoint.answer.Outages;
import io.github.outboundauth.endpoint.answer.ResponseRules;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.endpoint.answer.TransportFailures;
import io.github.outboundauth.token.Timekeeper;
import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenFetcher;

/**
 * Asks an issuer for its metadata, at one location after the other. Sends no credentials.
 *
 * @param issuer the issuer
 * @param requestFactory the HTTP client
 * @param maxResponseSize the largest metadata, in bytes
 * @param time decides when something happens
 */
record MetadataRequests(Issuer issuer, ClientHttpRequestFactory requestFactory, int maxResponseSize, Timekeeper time) {

	private static final int OK = 200;

	/**
	 * Ask once. Blocks, and may be interrupted.
	 * @param registrationId the registration that asks
	 * @param known what is known already
	 * @throws TokenEndpointException if there is no metadata, or none that may be used
	 */
	Metadata send(String registrationId, @Nullable Metadata known) {
		List<TokenFailure> absences = new ArrayList<>();
		for (URI location : locations(known)) {
			TokenEndpointFailures failures = new TokenEndpointFailures(registrationId, this.issuer.address(), location,
					Stream::empty);
			Answer answer = send(registrationId, location, failures);
			if (answer.absence() == null) {
				AuthorizationServer server = new MetadataReader(this.issuer, failures).read(answer.members());
				return new Metadata(server.withRemark(remark(known, server, failures)), location,
						Metadata.lifetime(answer.headers().getCacheControl()));
			}
			absences.add(answer.absence());
		}
		throw new TokenEndpointException(absence(registrationId, absences));
	}

	/**
	 * The one that worked the last time comes first.
	 */
	private List<URI> locations(@Nullable Metadata known) {
		return Stream.concat(Stream.ofNullable(known).map(Metadata::location), this.issuer.locations().stream())
			.distinct()
			.toList();
	}

	/**
	 * The credentials go to another place from now on.
	 */
	private static @Nullable String remark(@Nullable Metadata known, AuthorizationServer server,
			TokenEndpointFailures failures) {
		if (known == null) {
			return null;
		}
		AuthorizationServer before = known.server();
		String changes = Stream
			.of(change("token_endpoint", before.tokenEndpoint(), server.tokenEndpoint(), failures),
					change("mtls_endpoint_aliases.token_endpoint", before.mutualTlsTokenEndpoint(),
							server.mutualTlsTokenEndpoint(), failures))
			.flatMap(Optional::stream)
			.collect(Collectors.joining("; "));
		return changes.isEmpty() ? null : changes;
	}

	private static Optional<String> change(String name, @Nullable URI before, @Nullable URI now,
			TokenEndpointFailures failures) {
		return Objects.equals(before, now) ? Optional.empty()
				: Optional.of(name + " in the metadata of the issuer changed from " + shown(before, failures) + " to "
						+ shown(now, failures));
	}

	private static String shown(@Nullable URI endpoint, TokenEndpointFailures failures) {
		return (endpoint != null) ? failures.quoted(endpoint.toString()) : "none";
	}

	private Answer send(String registrationId, URI location, TokenEndpointFailures failures) {
		try {
			return RestClient.builder()
				.requestFactory(this.requestFactory)
				.requestInterceptor(new BodyReader(failures, this.maxResponseSize))
				.build()
				.get()
				.uri(location)
				.accept(MediaType.APPLICATION_JSON)
				.attribute(TokenFetcher.REQUEST, registrationId)
				.exchangeForRequiredValue((request, response) -> answer(response, failures));
		}
		catch (RuntimeException ex) {
			if (ex instanceof OAuth2AuthorizationException || TransportFailures.isOne(ex)) {
				throw new TokenEndpointException(new TransportFailures(failures).of(ex));
			}
			throw ex;
		}
	}

	private Answer answer(ClientHttpResponse response, TokenEndpointFailures failures) throws IOException {
		int status = response.getStatusCode().value();
		HttpHeaders headers = response.getHeaders();
		new Outages(failures, this.time).check(status, headers);
		try {
			return new Answer(members(status, response, failures), headers, null);
		}
		catch (TokenEndpointException ex) {
			return new Answer(Map.of(), headers, ex.failure());
		}
	}

	private Map<String, @Nullable Object> members(int status, ClientHttpResponse response,
			TokenEndpointFailures failures) throws IOException {
		String location = response.getHeaders().getFirst(HttpHeaders.LOCATION);
		if (status >= 300 && status < 400 && location != null) {
			throw failures.invalid(status + ", a redirect to " + failures.target(location) + ", which is not followed",
					advice(), status);
		}
		if (status != OK) {
			throw failures.invalid(String.valueOf(status), advice(), status);
		}
		return new Members(failures, ResponseRules.standard(this.maxResponseSize)).ofObject(
				new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8),
				response.getHeaders().getContentType(), status);
	}

	/**
	 * An answer that is no metadata may be better in a while, unlike one that says so.
	 */
	private TokenFailure absence(String registrationId, List<TokenFailure> absences) {
		String problem = absences.stream()
			.map((absence) -> absence.endpoint() + " (" + absence.problem() + ")")
			.collect(Collectors.joining(", ", "no metadata at: ", ""));
		return absences.stream()
			.filter((absence) -> absence.kind() == Kind.PASSING)
			.findFirst()
			.map((passing) -> new TokenFailure(registrationId, Kind.PASSING, problem, passing.advice()))
			.orElseGet(() -> new TokenFailure(registrationId, Kind.LASTING, problem, advice()));
	}

	private String advice() {
		return (this.issuer.metadataUri() != null) ? "Correct metadata-uri, or set token-uri in place of issuer-uri"
				: "Correct issuer-uri, or set metadata-uri, or token-uri in place of issuer-uri";
	}

	/**
	 * What is at one location: an object, or why there is none.
	 */
	private record Answer(Map<String, @Nullable Object> members, HttpHeaders headers, @Nullable TokenFailure absence) {

	}

}
