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
 * An answer arrives after its flight was given up and while the next one begins and ends.
 * The results are the number of requests and the token of the second flight, negative if
 * that is not the one that stays.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the first flight was given up before it asked")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "the first flight asked before the second one")
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "it was given up while it asked, after the second one")
@Outcome(expect = Expect.FORBIDDEN, desc = "a late answer overwrites a newer one")
@State
public class LateResult {

	private final StressedSource stressed = new StressedSource();

	private CompletionStage<AccessToken> refreshed;

	public LateResult() {
		this.stressed.hold();
	}

	@Actor
	public void arrive() {
		this.stressed.makeHeldRequest();
	}

	@Actor
	public void giveUpAndRefresh() {
		this.stressed.giveUp();
		this.refreshed = this.stressed.source.refresh();
	}

	@Arbiter
	public void compare(II_Result result) {
		result.r1 = this.stressed.requests();
		int refreshed = StressedSource.number(this.refreshed);
		result.r2 = (this.stressed.current() == refreshed) ? refreshed : -refreshed;
	}

}
