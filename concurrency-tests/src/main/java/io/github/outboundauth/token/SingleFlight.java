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
 * Two callers find no token at once.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "one request, and both have its token")
@Outcome(expect = Expect.FORBIDDEN, desc = "two requests, or a caller without a token")
@State
public class SingleFlight {

	private final StressedSource stressed = new StressedSource();

	private CompletionStage<AccessToken> first;

	private CompletionStage<AccessToken> second;

	@Actor
	public void call() {
		this.first = this.stressed.source.token();
	}

	@Actor
	public void callToo() {
		this.second = this.stressed.source.token();
	}

	@Arbiter
	public void count(III_Result result) {
		result.r1 = this.stressed.requests();
		result.r2 = StressedSource.number(this.first);
		result.r3 = StressedSource.number(this.second);
	}

}
