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
 * An answer arrives while its flight is given up.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it arrived in time")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "it is thrown away")
@Outcome(expect = Expect.FORBIDDEN, desc = "waiter and source do not agree")
@State
public class GiveUpOrArrive {

	private final StressedSource stressed = new StressedSource();

	private final CompletionStage<AccessToken> waiter = this.stressed.hold();

	@Actor
	public void arrive() {
		this.stressed.makeHeldRequest();
	}

	@Actor
	public void giveUp() {
		this.stressed.giveUp();
	}

	@Arbiter
	public void agree(II_Result result) {
		result.r1 = StressedSource.number(this.waiter);
		result.r2 = this.stressed.current();
	}

}
