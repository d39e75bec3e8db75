/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A caller looks twice while a token is refused and replaced.
 */
@JCStressTest
@Outcome(id = "1, [012]", expect = Expect.ACCEPTABLE, desc = "first before it was refused")
@Outcome(id = "0, [02]", expect = Expect.ACCEPTABLE, desc = "first while there is none")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "after it was replaced")
@Outcome(expect = Expect.FORBIDDEN, desc = "a refused token comes back, or the new one is lost")
@State
public class RejectedIsGone {

	private final StressedSource stressed = new StressedSource();

	private final AccessToken refused;

	public RejectedIsGone() {
		this.stressed.source.token();
		this.refused = this.stressed.source.current();
	}

	@Actor
	public void reject() {
		this.stressed.source.reject(this.refused);
	}

	@Actor
	public void look(II_Result result) {
		result.r1 = this.stressed.current();
		result.r2 = this.stressed.current();
	}

}
