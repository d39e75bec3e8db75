/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.actuate;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.outboundauth.token.TokenFailure;
import io.github.outboundauth.token.TokenFailure.Kind;
import io.github.outboundauth.token.TokenListener;

/**
 * Logs what an operator should know: the beginning of a failure, its end, and in between
 * a reminder after one minute, two, four and so on. A failure that somebody has to mend
 * is an error, once; so is, as a warning, what is odd about an answer. Every line begins
 * with the registration; none holds a token.
 */
public final class TokenLog implements TokenListener {

	private static final Log logger = LogFactory.getLog(TokenLog.class);

	/** A token that lived longer before it was refused says nothing about the next. */
	private static final Duration LONG_LIFE = Duration.ofMinutes(1);

	private static final int MANY_REMARKS = 10;

	/** What was remarked of each registration. */
	private final Map<String, Set<String>> remarks = new HashMap<>();

	/** At most one for each registration. */
	private final Map<String, Outage> outages = new HashMap<>();

	/** At most one for each registration. */
	private final Map<String, Integer> rejections = new HashMap<>();

	private final Map<String, List<String>> sharersByOwner;

	/**
	 * Create a log.
	 * @param sharersByOwner the registrations that share the token of another, by the id
	 * of that one
	 */
	public TokenLog(Map<String, List<String>> sharersByOwner) {
		this.sharersByOwner = Map.copyOf(sharersByOwner);
	}

	@Override
	public void obtained(Obtained event) {
		if (event.remarks().isEmpty()) {
			// What is over is said again when it comes back.
			this.remarks.remove(event.registrationId());
		}
		for (String remark : event.remarks()) {
			Set<String> known = this.remarks.computeIfAbsent(event.registrationId(), (id) -> new HashSet<>());
			if (known.size() < MANY_REMARKS && known.add(remark)) {
				logger.warn(line(event.registrationId(), remark + "."));
			}
		}
		if (logger.isDebugEnabled()) {
			logger.debug(line(event.registrationId(), "obtained a token that lives " + event.lifetime().toSeconds()
					+ " s, with " + event.attempts() + " token request(s) in " + event.took().toMillis() + " ms."));
		}
	}

	@Override
	public void refreshFailed(RefreshFailed event) {
		TokenFailure failure = event.failure();
		if (event.failures() == 1) {
			this.outages.remove(event.registrationId());
		}
		Outage outage = this.outages.computeIfAbsent(event.registrationId(), (id) -> new Outage());
		boolean due = outage.isDue(event);
		if (outage.isNewCause(failure)) {
			logger.error(report(event));
		}
		else if (due) {
			logger.warn(report(event));
		}
		else if (logger.isDebugEnabled()) {
			logger.debug(report(event));
		}
	}

	@Override
	public void recovered(Recovered event) {
		this.outages.remove(event.registrationId());
		logger.info(line(event.registrationId(), "tokens can be obtained again, after " + event.failures()
				+ " failure(s) in " + event.outage().toSeconds() + " s."));
	}

	@Override
	public void rejected(Rejected event) {
		boolean fresh = event.age().compareTo(LONG_LIFE) < 0;
		int count = fresh ? this.rejections.merge(event.registrationId(), 1, Integer::sum) : 0;
		if (!fresh) {
			this.rejections.remove(event.registrationId());
			String consequence = event.replaceable() ? "it is replaced." : "no other can be fetched now.";
			logger.info(line(event.registrationId(), "an API refused its token " + event.age().toSeconds()
					+ " s after it was asked for; " + consequence));
		}
		else if (Integer.bitCount(count) == 1) {
			logger.warn(line(event.registrationId(), "an API refused a new token (" + count
					+ " since one was accepted for a while). Check its scope and audience, and the clocks."));
		}
	}

	private String report(RefreshFailed event) {
		String consequence = event.usable().isZero() ? "There is no token to use meanwhile."
				: "The token at hand can be used for another " + event.usable().toSeconds() + " s.";
		String history = (event.failures() > 1)
				? " (Failure " + event.failures() + " in " + event.since().toSeconds() + " s.)" : "";
		return event.failure().message() + " " + consequence + history + sharers(event.registrationId());
	}

	private String line(String registrationId, String text) {
		return "OAuth2 client '" + registrationId + "': " + text + sharers(registrationId);
	}

	private String sharers(String registrationId) {
		List<String> sharers = this.sharersByOwner.get(registrationId);
		return (sharers != null) ? " The same goes for " + sharers + ", with the same token." : "";
	}

	/**
	 * What was logged of a time without success.
	 */
	private static final class Outage {

		private @Nullable String cause;

		private boolean tokenless;

		private Duration next = Duration.ZERO;

		/**
		 * Whether somebody has to mend this, and has not been told yet.
		 */
		boolean isNewCause(TokenFailure failure) {
			if (failure.kind() != Kind.LASTING && failure.kind() != Kind.PROTOCOL) {
				return false;
			}
			// Some servers say something else each time, such as the time.
			String cause = failure.kind() + " " + failure.status() + " "
					+ ((failure.error() != null) ? failure.error() : failure.advice());
			boolean news = !cause.equals(this.cause);
			this.cause = cause;
			return news;
		}

		/**
		 * Whether it is time for a line: at first, then after a minute, two, four and so
		 * on, and when there is no token any more.
		 */
		boolean isDue(RefreshFailed event) {
			boolean newlyTokenless = event.usable().isZero() && !this.tokenless;
			boolean due = newlyTokenless || event.since().compareTo(this.next) >= 0;
			this.tokenless |= newlyTokenless;
			while (event.since().compareTo(this.next) >= 0) {
				this.next = this.next.isZero() ? Duration.ofMinutes(1) : this.next.multipliedBy(2);
			}
			return due;
		}

	}

}
