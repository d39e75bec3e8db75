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
 * Two callers report the same token as refused.
 */
@JCStressTest
@Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "one new request, and its token for both")
@Outcome(expect = Expect.FORBIDDEN, desc = "too many requests, or a caller without a token")
@State
public class RejectTogether {

	private final StressedSource stressed = new StressedSource();

	private final AccessToken refused;

	private CompletionStage<AccessToken> first;

	private CompletionStage<AccessToken> second;

	public RejectTogether() {
		this.stressed.source.token();
		this.refused = this.stressed.source.current();
	}

	@Actor
	public void reject() {
		this.first = this.stressed.source.reject(this.refused);
	}

	@Actor
	public void rejectToo() {
		this.second = this.stressed.source.reject(this.refused);
	}

	@Arbiter
	public void count(III_Result result) {
		result.r1 = this.stressed.requests();
		result.r2 = StressedSource.number(this.first);
		result.r3 = StressedSource.number(this.second);
	}

}
