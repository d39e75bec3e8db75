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
 * A token is dropped while the flight that brings it arrives. The results are the tokens
 * of who waits for that flight and of who asks afterwards.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "it arrived before, and was replaced")
@Outcome(id = { "1, 1", "2, 2" }, expect = Expect.ACCEPTABLE, desc = "the next flight brings the token for all")
@Outcome(expect = Expect.FORBIDDEN, desc = "somebody waits for ever, or the token comes back")
@State
public class DropOrArrive {

	private final StressedSource stressed = new StressedSource();

	private final CompletionStage<AccessToken> waiter = this.stressed.hold();

	@Actor
	public void arrive() {
		this.stressed.makeHeldRequest();
	}

	@Actor
	public void drop() {
		this.stressed.source.drop();
	}

	@Arbiter
	public void compare(II_Result result) {
		result.r1 = StressedSource.number(this.waiter);
		result.r2 = this.stressed.current();
	}

}
