/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The origins a registration may send its token to: scheme, host and port. Immutable.
 * Spellings that another program could read differently do not match.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-4">RFC 6454 section 4</a>
 */
public final class AllowedOrigins {

	private static final Pattern LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

	private final boolean any;

	private final boolean insecureHttpAllowed;

	private final Origin[] origins;

	private AllowedOrigins(boolean any, boolean insecureHttpAllowed, Set<Origin> origins) {
		this.any = any;
		this.insecureHttpAllowed = insecureHttpAllowed;
		this.origins = origins.toArray(Origin[]::new);
	}

	/**
	 * Every origin there is, in URLs without user information.
	 * @param insecureHttpAllowed whether that includes http beyond loopback
	 * @return origins that contain any such URL
	 */
	public static AllowedOrigins any(boolean insecureHttpAllowed) {
		return new AllowedOrigins(true, insecureHttpAllowed, Set.of());
	}

	/**
	 * The origins of the given URLs.
	 * @param urls absolute URLs with a host
	 * @return their origins
	 */
	public static AllowedOrigins of(Collection<URI> urls) {
		Set<Origin> origins = new LinkedHashSet<>();
		urls.forEach((url) -> origins.add(Origin.of(url)));
		return new AllowedOrigins(false, false, origins);
	}

	/**
	 * These origins and that of another URL.
	 * @param url an absolute URL with a host
	 * @return the origins
	 */
	public AllowedOrigins and(URI url) {
		if (this.any) {
			return this;
		}
		Set<Origin> origins = new LinkedHashSet<>(Arrays.asList(this.origins));
		origins.add(Origin.of(url));
		return new AllowedOrigins(false, false, origins);
	}

	/**
	 * Whether a URL belongs to one of the origins.
	 * @param url where a request goes
	 * @return whether the token may go there too
	 */
	public boolean contains(URI url) {
		if (this.any) {
			return url.getRawUserInfo() == null && (this.insecureHttpAllowed
					|| "https".equalsIgnoreCase(url.getScheme()) || isLoopback(url.getHost()));
		}
		for (Origin origin : this.origins) {
			if (origin.isOriginOf(url)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Those to which the token may go in clear text, which anybody on the way can read.
	 * @return origins beyond loopback without TLS, for people
	 */
	public List<String> insecure() {
		if (this.any) {
			return this.insecureHttpAllowed ? List.of("*") : List.of();
		}
		return Arrays.stream(this.origins)
			.filter((origin) -> "http".equals(origin.scheme()) && !isLoopback(origin.host()))
			.map(Origin::toString)
			.toList();
	}

	/**
	 * Whether nothing is refused but what would go over the network in clear text.
	 */
	boolean isAny() {
		return this.any;
	}

	@Override
	public String toString() {
		return this.any ? "[*]" : Arrays.toString(this.origins);
	}

	/**
	 * Whether a host is this machine, by its literal spellings: a name that resolves to
	 * loopback today may resolve to something else tomorrow.
	 * @param host the host of a URL
	 * @return whether what is sent there stays on this machine
	 */
	public static boolean isLoopback(@Nullable String host) {
		return host != null
				&& ("localhost".equalsIgnoreCase(host) || "[::1]".equals(host) || LOOPBACK.matcher(host).matches());
	}

	/**
	 * The origin of a URL, for people; {@code null} if it has none.
	 */
	static @Nullable String describe(URI url) {
		return (url.getScheme() != null && url.getHost() != null) ? Origin.of(url).toString() : null;
	}

	/**
	 * One origin.
	 *
	 * @param scheme in lower case
	 * @param host in lower case
	 * @param port the default port of the scheme if the URL has none
	 */
	private record Origin(String scheme, String host, int port) {

		static Origin of(URI url) {
			String scheme = url.getScheme().toLowerCase(Locale.ROOT);
			return new Origin(scheme, url.getHost().toLowerCase(Locale.ROOT), port(scheme, url.getPort()));
		}

		boolean isOriginOf(URI url) {
			return same(this.scheme, url.getScheme()) && same(this.host, url.getHost())
					&& this.port == port(this.scheme, url.getPort()) && url.getRawUserInfo() == null;
		}

		/**
		 * Nearly always it is spelled the same, and that is found out several times
		 * faster.
		 */
		private static boolean same(String expected, @Nullable String actual) {
			return expected.equals(actual) || expected.equalsIgnoreCase(actual);
		}

		private static int port(@Nullable String scheme, int port) {
			if (port != -1) {
				return port;
			}
			return "https".equals(scheme) ? 443 : 80;
		}

		@Override
		public String toString() {
			return this.scheme + "://" + this.host + ((port(this.scheme, -1) != this.port) ? ":" + this.port : "");
		}

	}

}
