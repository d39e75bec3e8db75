/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.DoubleSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Time that passes when told. Alarms run on the thread that lets it pass, in the order in
 * which they are due. Thread-safe; only one thread may let time pass.
 */
public final class ManualTime implements Timekeeper {

	static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

	private final long origin;

	private final Queue<Entry> entries = new PriorityQueue<>(
			Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));

	/** Counted from the start, so that the order of alarms survives an overflow. */
	private volatile long elapsed; // written under this

	/** What the wall clock is ahead of the time that elapsed. */
	private volatile Duration wallOffset = Duration.ZERO;

	private long alarms;

	private volatile @Nullable Runnable onWake;

	private volatile DoubleSupplier jitter = () -> 0;

	public ManualTime() {
		this(-987_654_321_012_345_678L);
	}

	ManualTime(long origin) {
		this.origin = origin;
	}

	@Override
	public long nanoTime() {
		return this.origin + this.elapsed;
	}

	@Override
	public Instant instant() {
		return START.plusNanos(this.elapsed).plus(this.wallOffset);
	}

	@Override
	public double jitter() {
		return this.jitter.getAsDouble();
	}

	@Override
	public Alarm wake(Duration delay, Runnable task) {
		Runnable onWake = this.onWake;
		if (onWake != null) {
			onWake.run();
		}
		return add(delay, task);
	}

	public void advance(Duration duration) {
		long target = this.elapsed + duration.toNanos();
		for (Entry next = nextUntil(target); next != null; next = nextUntil(target)) {
			next.task().run();
		}
	}

	/**
	 * Let the wall clock jump against the monotonic one.
	 */
	public void jumpWall(Duration step) {
		this.wallOffset = this.wallOffset.plus(step);
	}

	public void jitter(double jitter) {
		jitter(() -> jitter);
	}

	void jitter(DoubleSupplier jitter) {
		this.jitter = jitter;
	}

	/**
	 * Do something whenever an alarm is to be set; it keeps it from being set by
	 * throwing.
	 */
	void onWake(@Nullable Runnable action) {
		this.onWake = action;
	}

	void refuseAlarms() {
		onWake(() -> {
			throw new IllegalStateException("The timer takes no tasks");
		});
	}

	synchronized int pendingAlarms() {
		return this.entries.size();
	}

	private synchronized Alarm add(Duration delay, Runnable task) {
		Entry entry = new Entry(this.elapsed + Math.max(0, delay.toNanos()), this.alarms++, task);
		this.entries.add(entry);
		return () -> cancel(entry);
	}

	private synchronized void cancel(Entry entry) {
		this.entries.remove(entry);
	}

	private synchronized @Nullable Entry nextUntil(long target) {
		Entry next = this.entries.peek();
		if (next == null || next.due() > target) {
			this.elapsed = Math.max(this.elapsed, target);
			return null;
		}
		this.entries.remove();
		this.elapsed = Math.max(this.elapsed, next.due());
		return next;
	}

	private record Entry(long due, long number, Runnable task) {

	}

}
