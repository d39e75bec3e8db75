/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.CompletionStage;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A waiter wakes while its flight ends.
 */
@JCStressTest
@Outcome(id = "-1, [01]", expect = Expect.ACCEPTABLE, desc = "it still waits")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it wakes and finds the token")
@Outcome(expect = Expect.FORBIDDEN, desc = "it wakes and finds no token")
@State
public class PublishBeforeWake {

	private final StressedSource stressed = new StressedSource();

	private final CompletionStage<AccessToken> waiter = this.stressed.hold();

	@Actor
	public void arrive() {
		this.stressed.makeHeldRequest();
	}

	@Actor
	public void wake(II_Result result) {
		result.r1 = StressedSource.number(this.waiter);
		result.r2 = this.stressed.current();
	}

}
