/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;
import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.TokenEndpointException;
import io.github.outboundauth.token.Timekeeper;

/**
 * Finds an authorization server by the metadata of its issuer, which is asked for when it
 * is first needed, and now and then from there on, in the background: once something is
 * known, nobody waits. While it cannot be asked for again, what is known stays in use.
 * Thread-safe: one request is made at a time, whoever asks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 section 3</a>
 */
public final class Discovery implements AuthorizationServerLocator {

	/** So long after a request that failed, the next is made. */
	private static final Duration RETRY = Duration.ofMinutes(1);

	/** So long after a request, the next is made if there is doubt. */
	private static final Duration DOUBT = Duration.ofSeconds(30);

	/** So long no other request is made: not every HTTP client returns when told to. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** So long it is remarked that the server moved, if that is not confirmed before. */
	private static final Duration NEWS = Duration.ofHours(1);

	private final MetadataRequests requests;

	private final Timekeeper time;

	private final Executor executor;

	private @Nullable Metadata known; // guarded by this

	/** Why it could not be read again; guarded by this. */
	private @Nullable String problem;

	/** When it was read, on the monotonic clock; guarded by this. */
	private long readAt;

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
	 * @param executor runs the requests that nobody waits for
	 */
	public Discovery(Issuer issuer, ClientHttpRequestFactory requestFactory, int maxResponseSize, Timekeeper time,
			Executor executor) {
		this.requests = new MetadataRequests(issuer, requestFactory, maxResponseSize, time);
		this.time = time;
		this.executor = executor;
	}

	@Override
	public AuthorizationServer locate(String registrationId) {
		renew(registrationId);
		Inquiry own = new Inquiry(Thread.currentThread());
		Inquiry current;
		synchronized (this) {
			if (this.known != null) {
				return server(this.known);
			}
			current = running();
			if (current == null) {
				current = own;
				begin(own);
			}
		}
		if (current == own) {
			return ask(own, registrationId);
		}
		AuthorizationServer shared = current.await(registrationId);
		return (shared != null) ? shared : locate(registrationId);
	}

	/**
	 * Ask again if it is time to. The request has no flight whose end would end it, so it
	 * must not be made in one.
	 */
	private void renew(String registrationId) {
		Inquiry inquiry = new Inquiry(null);
		Metadata known;
		synchronized (this) {
			known = this.known;
			if (known == null || running() != null || this.time.nanoTime() - this.dueAt < 0) {
				return;
			}
			begin(inquiry);
		}
		try {
			this.executor.execute(() -> inquiry.work(() -> askAgain(inquiry, registrationId, known)));
		}
		catch (RuntimeException | Error ex) {
			// The application ends, or has no thread to spare now.
			clear(inquiry);
		}
	}

	/**
	 * The inquiry that others wait for instead of making one. Called under this.
	 */
	private @Nullable Inquiry running() {
		Inquiry inquiry = this.inquiry;
		return (inquiry != null && !inquiry.isAbandoned() && this.time.nanoTime() - this.askedAt < PATIENCE.toNanos())
				? inquiry : null;
	}

	private void begin(Inquiry inquiry) {
		Inquiry hanging = this.inquiry;
		if (hanging != null) {
			hanging.giveUp();
		}
		this.inquiry = inquiry;
		this.askedAt = this.time.nanoTime();
		this.dueAt = this.askedAt + RETRY.toNanos();
	}

	/**
	 * What is known, with what there is to remark of it now. Called under this.
	 */
	private AuthorizationServer server(Metadata known) {
		AuthorizationServer server = known.server();
		if (this.problem != null) {
			return server.withRemark(this.problem);
		}
		return (this.time.nanoTime() - this.readAt < NEWS.toNanos()) ? server : server.withRemark(null);
	}

	private AuthorizationServer ask(Inquiry inquiry, String registrationId) {
		AuthorizationServer server = null;
		RuntimeException failure = null;
		try {
			Metadata metadata = this.requests.send(registrationId, null);
			publish(inquiry, metadata);
			server = metadata.server();
			return server;
		}
		catch (RuntimeException ex) {
			// What happens to one whose time is up is not what others would meet.
			failure = Thread.currentThread().isInterrupted() ? null : ex;
			throw ex;
		}
		finally {
			clear(inquiry);
			inquiry.end(server, failure);
		}
	}

	private void askAgain(Inquiry inquiry, String registrationId, Metadata known) {
		try {
			publish(inquiry, this.requests.send(registrationId, known));
		}
		catch (RuntimeException ex) {
			keep(inquiry, ex);
		}
		finally {
			clear(inquiry);
		}
	}

	private synchronized void publish(Inquiry inquiry, Metadata metadata) {
		if (this.inquiry == inquiry) {
			this.known = metadata;
			this.problem = null;
			this.readAt = this.time.nanoTime();
			this.dueAt = this.askedAt + metadata.lifetime().toNanos();
		}
	}

	private synchronized void keep(Inquiry inquiry, RuntimeException ex) {
		if (this.inquiry == inquiry) {
			this.problem = problem(ex);
		}
	}

	private synchronized void clear(Inquiry inquiry) {
		if (this.inquiry == inquiry) {
			this.inquiry = null;
		}
	}

	private static String problem(RuntimeException ex) {
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
