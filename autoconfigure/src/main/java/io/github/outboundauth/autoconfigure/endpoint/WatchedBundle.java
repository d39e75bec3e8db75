/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.endpoint;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

import io.github.outboundauth.autoconfigure.endpoint.TokenEndpointClients.Reload;
import io.github.outboundauth.autoconfigure.engine.InvalidHttpSettingsException;
import io.github.outboundauth.endpoint.credential.CertificateEnd;

/**
 * An SSL bundle and the HTTP clients that follow its updates. An update that cannot be
 * used changes nothing. Thread-safe.
 */
final class WatchedBundle {

	private static final Log logger = LogFactory.getLog(WatchedBundle.class);

	private final String name;

	private final List<Function<SslBundle, Reload>> followers = new ArrayList<>();

	private final List<Runnable> listeners = new ArrayList<>();

	private SslBundle bundle;

	private @Nullable ClientCertificate certificate;

	/** What is wrong with the last update. */
	private @Nullable String problem;

	private @Nullable String warning;

	private boolean closed;

	private WatchedBundle(String name, SslBundle bundle) {
		this.name = name;
		this.bundle = bundle;
		try {
			this.certificate = check(bundle);
		}
		catch (RuntimeException ex) {
			throw invalid("names the SSL bundle '" + name + "', which cannot be used: " + problem(ex),
					"Correct spring.ssl.bundle.*." + name);
		}
		warn(Instant.now());
	}

	/**
	 * Find a bundle and watch it.
	 * @param name its name
	 * @param bundles the bundles of the application, or {@code null} if it has none
	 * @throws InvalidHttpSettingsException if there is none or it cannot be used
	 */
	static WatchedBundle of(String name, @Nullable SslBundles bundles) {
		if (bundles == null) {
			throw invalid("names the SSL bundle '" + name + "', but the application has none",
					"Add Spring Boot's SslAutoConfiguration, or an SslBundles bean");
		}
		try {
			WatchedBundle watched = new WatchedBundle(name, bundles.getBundle(name));
			synchronized (watched) {
				bundles.addBundleUpdateHandler(name, watched::update);
				// It may have been updated in between.
				watched.reload(bundles.getBundle(name));
			}
			return watched;
		}
		catch (NoSuchSslBundleException ex) {
			throw invalid("names the SSL bundle '" + name + "', which does not exist",
					bundles.getBundleNames().isEmpty() ? "configure it under spring.ssl.bundle"
							: "configure it under spring.ssl.bundle, or write one of " + bundles.getBundleNames());
		}
	}

	private static InvalidHttpSettingsException invalid(String problem, String remedy) {
		return new InvalidHttpSettingsException("http.ssl.bundle", problem, remedy);
	}

	/**
	 * Most is read and checked only when it is used.
	 */
	private static @Nullable ClientCertificate check(SslBundle bundle) {
		bundle.createSslContext();
		return ClientCertificate.of(bundle);
	}

	/**
	 * Have an HTTP client made that follows the updates of the bundle.
	 * @param maker makes it with the bundle as it is now
	 * @param reload prepares it to use another bundle
	 */
	synchronized <C> C client(Function<SslBundle, C> maker, BiFunction<C, SslBundle, Reload> reload) {
		C client = maker.apply(this.bundle);
		this.followers.add((updated) -> reload.apply(client, updated));
		return client;
	}

	/**
	 * Have something done after each update that brings another client certificate, when
	 * all clients follow it.
	 */
	synchronized void onReload(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * The certificate in use, or {@code null} if there is none.
	 */
	synchronized @Nullable ClientCertificate certificate() {
		return this.certificate;
	}

	private void update(SslBundle updated) {
		for (Runnable listener : reload(updated)) {
			try {
				listener.run();
			}
			catch (RuntimeException ex) {
				// Others of the application are told after us.
				logger.error("SSL bundle '" + this.name + "' is reloaded, but not all that depends on it", ex);
			}
		}
	}

	private synchronized List<Runnable> reload(SslBundle updated) {
		if (this.closed || updated == this.bundle) {
			return List.of();
		}
		ClientCertificate certificate;
		try {
			certificate = check(updated);
			if (certificate == null && this.certificate != null) {
				report("the key of the client is missing");
				return List.of();
			}
			reloadClients(updated);
		}
		catch (RuntimeException ex) {
			report(problem(ex));
			return List.of();
		}
		boolean renewed = !Objects.equals(certificate, this.certificate);
		this.bundle = updated;
		this.certificate = certificate;
		this.problem = null;
		if (renewed) {
			logger.info("SSL bundle '" + this.name + "' has another client certificate, which is in use now");
		}
		warn(Instant.now());
		return renewed ? List.copyOf(this.listeners) : List.of();
	}

	/**
	 * All of them or none: a token may be bound to the certificate that the API is to
	 * see.
	 */
	private void reloadClients(SslBundle updated) {
		List<Reload> reloads = new ArrayList<>();
		try {
			this.followers.forEach((follower) -> reloads.add(follower.apply(updated)));
		}
		catch (RuntimeException ex) {
			reloads.forEach((reload) -> reload.cancel().run());
			throw ex;
		}
		reloads.forEach((reload) -> reload.complete().run());
	}

	/**
	 * Says why a bundle cannot be used. The messages of the causes are looked at by
	 * nobody: they may quote what should be a key.
	 */
	private static String problem(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
				return "a file is missing";
			}
			if (cause instanceof AccessDeniedException) {
				return "a file may not be read";
			}
			if (cause instanceof UnrecoverableKeyException) {
				return "the password is wrong";
			}
			if (cause instanceof CertificateException) {
				return "a certificate is damaged";
			}
		}
		return "a key, a certificate or an option is wrong";
	}

	private void report(String problem) {
		if (!problem.equals(this.problem)) {
			this.problem = problem;
			logger.error("SSL bundle '" + this.name + "' was updated and cannot be used: " + problem + ". "
					+ ((this.certificate != null)
							? "The previous certificate stays in use until " + this.certificate.validUntil()
							: "What was loaded before stays in use")
					+ ". Correct spring.ssl.bundle.*." + this.name);
		}
	}

	/**
	 * Warn once of a certificate that ends soon, and once of one that has ended.
	 */
	synchronized void warn(Instant now) {
		String warning = (this.certificate != null) ? new CertificateEnd(this.certificate.validUntil()).warning(now)
				: null;
		if (warning != null && !warning.equals(this.warning)) {
			logger.warn("SSL bundle '" + this.name + "': its client certificate " + warning + ". Have it renewed");
		}
		this.warning = warning;
	}

	/**
	 * Follow no more updates. There is no way to take the handler back, so it keeps
	 * nothing.
	 */
	synchronized void close() {
		this.closed = true;
		this.followers.clear();
		this.listeners.clear();
	}

}
