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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A caller asks for a token while the flight ends that brings it.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it joins the flight, or finds its token")
@Outcome(expect = Expect.FORBIDDEN, desc = "it begins another flight, or waits for ever")
@State
public class ClearBeforeWake {

	private final StressedSource stressed = new StressedSource();

	private CompletionStage<AccessToken> caller;

	public ClearBeforeWake() {
		this.stressed.hold();
	}

	@Actor
	public void arrive() {
		this.stressed.makeHeldRequest();
	}

	@Actor
	public void call() {
		this.caller = this.stressed.source.token();
	}

	@Arbiter
	public void count(II_Result result) {
		result.r1 = this.stressed.requests();
		result.r2 = StressedSource.number(this.caller);
	}

}
