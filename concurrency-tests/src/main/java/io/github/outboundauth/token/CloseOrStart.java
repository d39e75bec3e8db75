/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletionStage;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A flight begins while its source is closed.
 */
@JCStressTest
@Outcome(id = "[01], 0, 0", expect = Expect.ACCEPTABLE, desc = "the caller is told, and nothing is left")
@Outcome(expect = Expect.FORBIDDEN, desc = "a caller, a token or an alarm is left behind")
@State
public class CloseOrStart {

	private final StressedSource stressed = new StressedSource();

	private CompletionStage<AccessToken> caller;

	@Actor
	public void call() {
		this.caller = this.stressed.source.token();
	}

	@Actor
	public void close() {
		this.stressed.source.close().run();
	}

	@Arbiter
	public void look(III_Result result) {
		result.r1 = StressedSource.number(this.caller);
		result.r2 = this.stressed.current();
		result.r3 = this.stressed.pendingAlarms();
	}

}
