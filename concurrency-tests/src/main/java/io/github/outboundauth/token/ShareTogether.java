/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

import io.github.outboundauth.token.Cooldown.Pause;
import io.github.outboundauth.token.Cooldown.Throttle;
import io.github.outboundauth.token.TokenFailure.Kind;

/**
 * Two registrations of one client are throttled at once.
 */
@JCStressTest
@Outcome(id = "[12], 2, 2", expect = Expect.ACCEPTABLE, desc = "the longer pause stays")
@Outcome(expect = Expect.FORBIDDEN, desc = "the longer pause is lost")
@State
public class ShareTogether {

	private static final TokenFailure FAILURE = new TokenFailure("orders", Kind.THROTTLED, "throttled", "Ask less");

	private final Throttle throttle = new Throttle();

	private final Cooldown cooldown = new Cooldown(this.throttle);

	@Actor
	public void shareTheShorter(III_Result result) {
		this.throttle.share(new Pause(FAILURE, 1));
		result.r1 = until();
	}

	@Actor
	public void shareTheLonger(III_Result result) {
		this.throttle.share(new Pause(FAILURE, 2));
		result.r2 = until();
	}

	@Arbiter
	public void lookAgain(III_Result result) {
		result.r3 = until();
	}

	private int until() {
		Pause pause = this.cooldown.at(0);
		return (pause != null) ? (int) pause.until() : 0;
	}

}
