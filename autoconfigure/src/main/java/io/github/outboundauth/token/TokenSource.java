/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Supplies the token of one registration to all its callers. Thread-safe; nothing here
 * blocks but {@link #await()}.
 */
public interface TokenSource {

	/**
	 * The token if one can be had at once. A stale one is handed out while its
	 * replacement is fetched in the background.
	 * @return the token, or {@code null} if the caller would have to wait for one
	 */
	@Nullable AccessToken current();

	/**
	 * The token, fetched first if there is none. All who wait share one flight; a caller
	 * that leaves does not touch it.
	 * @return a stage that completes with the token, or exceptionally with the failure of
	 * the flight; it completes at the latest after the total timeout of a fetch
	 */
	CompletionStage<AccessToken> token();

	/**
	 * The token, fetched first if there is none, for callers that may block. Waits at
	 * most for the total timeout of a fetch, and can be interrupted. A thread that must
	 * not block, such as an event loop, is refused instead of being blocked, and so is
	 * the one that is making this token's request.
	 * @return the token
	 */
	AccessToken await();

	/**
	 * A token that is fetched now, although there may be one at hand: for an operator who
	 * has changed something. Ends a cool-down, unless the server asked for it. The token
	 * at hand stays in use meanwhile, and if the flight fails. Joins a flight that is in
	 * progress.
	 * @return a stage that completes like that of {@link #token()}
	 */
	CompletionStage<AccessToken> refresh();

	/**
	 * Give up the token at hand, because what it is bound to has changed, such as a
	 * client certificate (RFC 8705 section 6.3). It is not handed out again; if it was in
	 * use, another is fetched at once. A flight in progress begins anew for those who
	 * wait for it. Ends a cool-down, unless the server asked for it.
	 */
	void drop();

	/**
	 * Report that a resource server refused a token. If the source still holds exactly
	 * this one, it is dropped and another is fetched; how often that happens is bounded.
	 * @param rejected the token that was sent
	 * @return a stage that completes with the token to try instead, or with {@code null}
	 * if none is to be had; never exceptionally
	 */
	CompletionStage<@Nullable AccessToken> reject(AccessToken rejected);

}
