/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.discovery;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.outboundauth.endpoint.answer.TokenEndpointFailures.Address;

/**
 * An issuer as configured: an absolute http or https URL without user info, query and
 * fragment.
 *
 * @param uri its identifier, which its metadata must repeat exactly
 * @param metadataUri where its metadata is; {@code null} for the well-known locations
 * @param insecureHttpAllowed whether its token endpoint may use http beyond loopback
 */
public record Issuer(String uri, @Nullable URI metadataUri, boolean insecureHttpAllowed) {

	/**
	 * The names that never leave this machine.
	 * @see <a href="https://www.rfc-editor.org/rfc/rfc6761#section-6.3">RFC 6761 section
	 * 6.3</a>
	 */
	private static final Pattern LOCAL_NAME = Pattern.compile("(.+\\.)?localhost\\.?", Pattern.CASE_INSENSITIVE);

	/**
	 * Where its metadata may be, the likeliest place first.
	 * @see <a href=
	 * "https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID
	 * Connect Discovery section 4</a>
	 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 sections 3
	 * and 5</a>
	 */
	List<URI> locations() {
		if (this.metadataUri != null) {
			return List.of(this.metadataUri);
		}
		URI uri = URI.create(this.uri);
		String origin = uri.getScheme() + "://" + uri.getRawAuthority();
		String path = uri.getRawPath().replaceAll("/+$", "");
		Set<String> locations = new LinkedHashSet<>();
		locations.add(origin + path + "/.well-known/openid-configuration");
		locations.add(origin + "/.well-known/oauth-authorization-server" + path);
		locations.add(origin + "/.well-known/openid-configuration" + path);
		return locations.stream().map(URI::create).toList();
	}

	Address address() {
		return (this.metadataUri != null) ? Address.METADATA_URI : Address.ISSUER_URI;
	}

	/**
	 * Whether it is asked on this machine.
	 */
	boolean isLocal() {
		return isLocal(URI.create(this.uri)) || (this.metadataUri != null && isLocal(this.metadataUri));
	}

	/**
	 * Whether a URL leads to this machine, whatever name services say.
	 */
	static boolean isLocal(URI uri) {
		String host = uri.getHost();
		if (LOCAL_NAME.matcher(host).matches()) {
			return true;
		}
		try {
			InetAddress address = host.matches("\\[.*]|[0-9.]+") ? InetAddress.getByName(host) : null;
			return address != null && (address.isLoopbackAddress() || address.isAnyLocalAddress());
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
