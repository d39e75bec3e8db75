/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;

/**
 * Finds an authorization server by the metadata of its issuer, which is asked for when it
 * is first needed, and now and then from there on. While it cannot be asked for again,
 * what is known stays in use. Thread-safe: one request is made at a time, whoever asks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 section 3</a>
 */
public final class Discovery implements AuthorizationServerLocator {

	/** So long after a request that failed, the next is made. */
	private static final Duration RETRY = Duration.ofMinutes(1);

	/** So long after a request, the next is made if there is doubt. */
	private static final Duration DOUBT = Duration.ofSeconds(30);

	/** So long others wait for a request: not every HTTP client returns when told to. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final MetadataRequests requests;

	private final Timekeeper time;

	private @Nullable Metadata known; // guarded by this

	private @Nullable Inquiry inquiry; // guarded by this

	/** When the last inquiry began, on the monotonic clock; guarded by this. */
	private long askedAt;

	/** When the next one begins if somebody asks; guarded by this. */
	private long dueAt;

	/**
	 * Create a locator.
	 * @param issuer the issuer of the server
	 * @param requestFactory the HTTP client, which has timeouts and follows no redirects
	 * @param maxResponseSize the largest metadata, in bytes
	 * @param time decides when something happens
	 */
	public Discovery(Issuer issuer, ClientHttpRequestFactory requestFactory, int maxResponseSize, Timekeeper time) {
		this.requests = new MetadataRequests(issuer, requestFactory, maxResponseSize, time);
		this.time = time;
	}

	@Override
	public AuthorizationServer locate(String registrationId) {
		Inquiry own = new Inquiry();
		Inquiry current;
		Metadata known;
		synchronized (this) {
			known = this.known;
			current = this.inquiry;
			long now = this.time.nanoTime();
			boolean asking = current != null && !current.isAbandoned() && now - this.askedAt < PATIENCE.toNanos();
			if (known != null && (asking || now - this.dueAt < 0)) {
				return known.server();
			}
			if (current == null || !asking) {
				current = own;
				begin(own);
			}
		}
		if (current == own) {
			return ask(own, registrationId, known);
		}
		AuthorizationServer shared = current.await(registrationId);
		return (shared != null) ? shared : locate(registrationId);
	}

	private void begin(Inquiry inquiry) {
		this.inquiry = inquiry;
		this.askedAt = this.time.nanoTime();
		this.dueAt = this.askedAt + RETRY.toNanos();
	}

	private AuthorizationServer ask(Inquiry inquiry, String registrationId, @Nullable Metadata known) {
		AuthorizationServer server = null;
		RuntimeException failure = null;
		try {
			Metadata metadata = this.requests.send(registrationId, known);
			publish(inquiry, metadata);
			server = metadata.server();
			return server;
		}
		catch (RuntimeException ex) {
			if (known != null) {
				return known.server().withRemark(remark(ex));
			}
			// What happens to one whose time is up is not what others would meet.
			failure = Thread.currentThread().isInterrupted() ? null : ex;
			throw ex;
		}
		finally {
			clear(inquiry);
			inquiry.end(server, failure);
		}
	}

	private synchronized void publish(Inquiry inquiry, Metadata metadata) {
		if (this.inquiry == inquiry) {
			this.known = metadata;
			this.dueAt = this.askedAt + metadata.lifetime().toNanos();
		}
	}

	private synchronized void clear(Inquiry inquiry) {
		if (this.inquiry == inquiry) {
			this.inquiry = null;
		}
	}

	private static String remark(RuntimeException ex) {
		String problem = (ex instanceof TokenEndpointException failed) ? failed.failure().problem()
				: ex.getClass().getName();
		return "the metadata of the issuer could not be read again, and stays in use as it was (" + problem + ")";
	}

	@Override
	public synchronized void doubt() {
		long doubtedUntil = this.askedAt + DOUBT.toNanos();
		if (this.dueAt - doubtedUntil > 0) {
			this.dueAt = doubtedUntil;
		}
	}

	@Override
	public Address address() {
		return Address.TOKEN_ENDPOINT;
	}

}
