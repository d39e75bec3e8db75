/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.util.concurrent.CompletableFuture;

import io.github.outboundauth.token.AccessToken;

/**
 * Asks for a token, and succeeds when there is one.
 */
final class TokenSourceFace implements Face {

	private final World world;

	TokenSourceFace(World world) {
		this.world = world;
	}

	@Override
	public void begin(CallInProgress call) {
		CompletableFuture<AccessToken> token = this.world.source(call).token().toCompletableFuture();
		token.whenComplete((obtained, ex) -> {
			if (ex != null) {
				call.failed(ex);
			}
			else {
				call.sent(obtained.headerValue());
				call.succeeded(200);
			}
		});
		call.cancelWith(() -> token.cancel(true));
	}

}
