/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistration;
import io.github.outboundauth.autoconfigure.properties.OAuthClientRegistrations;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenListener;
import io.github.outboundauth.token.TokenSources;

/**
 * Notices that a client can prove itself anew, or soon not any more. While a credential
 * is refused, it is read again every few seconds, and a changed one ends the cool-down;
 * when a client certificate changes, tokens that may be bound to the one before are
 * dropped (RFC 8705 section 6.3).
 */
final class CredentialWatch implements TokenListener, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(CredentialWatch.class);

	static final Duration INTERVAL = Duration.ofSeconds(5);

	private final OAuthClientRegistrations registrations;

	private final TokenEndpointClients clients;

	private final TokenFetchers fetchers;

	private final FetchThreads threads;

	private final ObjectProvider<TokenSources> sources;

	/** By registration id; another object each time that a credential is refused. */
	private final Map<String, Object> watches = new ConcurrentHashMap<>();

	CredentialWatch(OAuthClientRegistrations registrations, TokenEndpointClients clients, TokenFetchers fetchers,
			FetchThreads threads, ObjectProvider<TokenSources> sources) {
		this.registrations = registrations;
		this.clients = clients;
		this.fetchers = fetchers;
		this.threads = threads;
		this.sources = sources;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (OAuthClientRegistration registration : this.registrations.all()) {
			String bundle = registration.endpoint().http().sslBundle();
			if (registration.ownsToken() && bundle != null && this.clients.hasClientKey(bundle)) {
				this.clients.onReload(bundle, () -> this.sources.getObject().get(registration.id()).drop());
			}
		}
	}

	@Override
	public void refreshFailed(RefreshFailed event) {
		String id = event.failure().registrationId();
		warnOfCertificate(id);
		if (event.failure().kind() == Kind.LASTING && this.fetchers.requests(id).awaitsChange()) {
			Object watch = new Object();
			if (this.watches.putIfAbsent(id, watch) == null) {
				lookLater(id, watch);
			}
		}
	}

	@Override
	public void obtained(Obtained event) {
		String id = event.registrationId();
		this.watches.remove(id);
		warnOfCertificate(id);
		if (this.fetchers.requests(id).tookChange()) {
			logger.info("OAuth2 client '" + id + "': the authorization server accepted its changed credential.");
		}
	}

	private void warnOfCertificate(String id) {
		String bundle = this.registrations.get(id).endpoint().http().sslBundle();
		if (bundle != null) {
			this.clients.warnOfCertificate(bundle);
		}
	}

	private void lookLater(String id, Object watch) {
		this.threads.time().wake(INTERVAL, () -> this.threads.executor().execute(() -> look(id, watch)));
	}

	private void look(String id, Object watch) {
		if (this.watches.get(id) != watch) {
			return;
		}
		if (!hasChanged(id)) {
			lookLater(id, watch);
		}
		else if (this.watches.remove(id, watch)) {
			this.sources.getObject().get(id).refresh();
		}
	}

	/**
	 * What cannot be read for whatever reason has not changed yet.
	 */
	private boolean hasChanged(String id) {
		try {
			return this.fetchers.requests(id).hasChanged();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

}
