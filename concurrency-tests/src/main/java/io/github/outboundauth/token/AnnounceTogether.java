/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two sources announce at once.
 */
@JCStressTest
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "both are told, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "an event is lost, or two are told at once")
@State
public class AnnounceTogether {

	private final Announcer announcer = new Announcer(List.of(new TokenListener() {
	}), Runnable::run);

	private final AtomicInteger told = new AtomicInteger();

	private final AtomicInteger telling = new AtomicInteger();

	private final AtomicInteger atOnce = new AtomicInteger();

	private void announce() {
		this.announcer.add((listener) -> {
			this.atOnce.accumulateAndGet(this.telling.incrementAndGet(), Math::max);
			this.told.incrementAndGet();
			this.telling.decrementAndGet();
		});
		this.announcer.announce();
	}

	@Actor
	public void one() {
		announce();
	}

	@Actor
	public void other() {
		announce();
	}

	@Arbiter
	public void count(II_Result result) {
		result.r1 = this.told.get();
		result.r2 = this.atOnce.get();
	}

}
