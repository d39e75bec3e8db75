/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two tasks come while there is one place.
 */
@JCStressTest
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "both run, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "a task is lost, or the limit is broken")
@State
public class LimitTogether {

	private boolean holding = true;

	private final ConcurrencyLimit limit = new ConcurrencyLimit(this::execute);

	private final AtomicInteger done = new AtomicInteger();

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicInteger atOnce = new AtomicInteger();

	public LimitTogether() {
		for (int i = 1; i < ConcurrencyLimit.TASKS; i++) {
			this.limit.execute(new FutureTask<>(() -> null));
		}
		this.holding = false;
	}

	private void execute(Runnable task) {
		if (!this.holding) {
			task.run();
		}
	}

	private void work() {
		this.atOnce.accumulateAndGet(this.running.incrementAndGet(), Math::max);
		this.done.incrementAndGet();
		this.running.decrementAndGet();
	}

	@Actor
	public void one() {
		this.limit.execute(this::work);
	}

	@Actor
	public void other() {
		this.limit.execute(this::work);
	}

	@Arbiter
	public void count(II_Result result) {
		result.r1 = this.done.get();
		result.r2 = this.atOnce.get();
	}

}
