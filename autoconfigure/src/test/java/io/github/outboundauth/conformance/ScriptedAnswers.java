/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.github.outboundauth.token.Timekeeper;

/**
 * The answers of a server: one after the other, and the last one again and again. Counts
 * requests, and holds answers back where the script says so. Thread-safe.
 *
 * @param <A> the type of the answers
 */
final class ScriptedAnswers<A extends Answer> {

	private final Timekeeper time;

	/** What has not arrived yet, by where it will; guarded by this. */
	private final Map<CompletableFuture<Numbered<A>>, Numbered<A>> open = new LinkedHashMap<>();

	private List<A> script; // guarded by this

	private int next; // guarded by this

	private int requests; // guarded by this

	private int mostOpen; // guarded by this

	ScriptedAnswers(List<A> script, Timekeeper time) {
		this.script = script;
		this.time = time;
	}

	synchronized void answer(List<A> script) {
		this.script = script;
		this.next = 0;
	}

	/**
	 * Take a request.
	 * @return where its answer arrives
	 */
	CompletableFuture<Numbered<A>> request() {
		CompletableFuture<Numbered<A>> arrival = new CompletableFuture<>();
		A answer = take(arrival);
		if (answer.takes() != null) {
			this.time.wake(answer.takes(), () -> deliver(arrival));
		}
		else if (!answer.hangs()) {
			deliver(arrival);
		}
		return arrival;
	}

	private synchronized A take(CompletableFuture<Numbered<A>> arrival) {
		A answer = this.script.get(this.next);
		this.next = Math.min(this.next + 1, this.script.size() - 1);
		this.open.put(arrival, new Numbered<>(answer, ++this.requests));
		this.mostOpen = Math.max(this.mostOpen, this.open.size());
		return answer;
	}

	private void deliver(CompletableFuture<Numbered<A>> arrival) {
		Numbered<A> answer;
		synchronized (this) {
			answer = this.open.remove(arrival);
		}
		if (answer != null) {
			arrival.complete(answer);
		}
	}

	/**
	 * Let go of the answers that are held back.
	 */
	void release() {
		release((answer) -> answer.hangs());
	}

	/**
	 * Let go of all answers, those that would take their time included.
	 */
	void end() {
		release((answer) -> true);
	}

	private void release(Predicate<A> which) {
		List<CompletableFuture<Numbered<A>>> released = new ArrayList<>();
		synchronized (this) {
			this.open.forEach((arrival, answer) -> {
				if (which.test(answer.answer())) {
					released.add(arrival);
				}
			});
		}
		released.forEach(this::deliver);
	}

	synchronized int requests() {
		return this.requests;
	}

	synchronized int mostAtOnce() {
		return this.mostOpen;
	}

	/**
	 * An answer to a certain request.
	 *
	 * @param <A> the type of the answer
	 * @param answer the answer
	 * @param number the number of the request, from 1
	 */
	record Numbered<A>(A answer, int number) {

	}

}
