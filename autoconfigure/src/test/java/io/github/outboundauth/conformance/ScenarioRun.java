/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.outboundauth.conformance.Scenario.Expectations;
import io.github.outboundauth.conformance.Scenario.Outcome;
import io.github.outboundauth.conformance.Scenario.Server;
import io.github.outboundauth.conformance.Scenario.Step;

/**
 * One scenario with one face, step by step.
 */
final class ScenarioRun {

	private final Scenario scenario;

	private final World world;

	private final Face face;

	private final Map<String, List<CallInProgress>> named = new LinkedHashMap<>();

	/**
	 * Prepare to run.
	 * @param scenario what happens
	 * @param kind how tokens are used
	 * @param chance what every draw yields, from 0 to less than 1
	 */
	ScenarioRun(Scenario scenario, Face.Kind kind, double chance) {
		this.scenario = scenario;
		this.world = new World(scenario.given(), chance);
		this.face = kind.in(this.world);
	}

	/**
	 * Perform all steps.
	 * @throws AssertionError that names the step after which something was different
	 */
	void run() {
		try {
			int number = 1;
			for (Step step : this.scenario.steps()) {
				at("step " + number++ + " (" + RecordBinder.keyOf(step.action()) + ")", () -> perform(step));
			}
			at("the end", () -> Verifier.verify(this.world, this.scenario.expect()));
		}
		finally {
			this.world.end();
		}
	}

	private static void at(String place, Runnable action) {
		try {
			action.run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError(place + ": " + ex.getMessage(), ex);
		}
	}

	@SuppressWarnings("unchecked")
	private void perform(Step step) {
		Object details = step.details();
		switch (step.action()) {
			case CALL -> call((Scenario.Call) details);
			case ENDED -> ((Map<String, Outcome>) details)
				.forEach((name, outcome) -> named(name).forEach((call) -> Verifier.verify(call, outcome)));
			case PENDING -> ((List<String>) details).forEach((name) -> named(name).forEach(Verifier::verifyPending));
			case CANCEL -> named((String) details).forEach(CallInProgress::cancel);
			case ADVANCE -> this.world.advance((Duration) details);
			case JUMP_WALL -> this.world.jumpWall((Duration) details);
			case SUSPEND -> this.world.suspend((Duration) details);
			case AUTHORIZATION_SERVER -> this.world.authorizationServer().answer((List<TokenAnswer>) details);
			case API -> this.world.api().answer((List<ApiAnswer>) details);
			case RELEASE -> release((Server) details);
			case REFRESH -> this.world.refresh();
			case CLOSE -> this.world.closeSources();
			case EXPECT -> Verifier.verify(this.world, (Expectations) details);
		}
		this.world.settle();
	}

	private void release(Server server) {
		switch (server) {
			case AUTHORIZATION_SERVER -> this.world.authorizationServer().release();
			case API -> this.world.api().release();
		}
	}

	private void call(Scenario.Call call) {
		if (call.every() == null) {
			callAtOnce(call);
			return;
		}
		for (Duration passed = Duration.ZERO; passed.compareTo(call.during()) < 0; passed = passed.plus(call.every())) {
			Duration sinceTheFirst = passed;
			at("after " + text(sinceTheFirst), () -> callAtOnce(call));
			this.world.advance(call.every());
		}
	}

	private void callAtOnce(Scenario.Call call) {
		List<CallInProgress> calls = new ArrayList<>();
		for (int i = 0; i < call.times(); i++) {
			CallInProgress begun = new CallInProgress(call, this.world.time());
			this.face.begin(begun);
			begun.noteWhetherItWaits();
			calls.add(begun);
		}
		this.world.settle();
		if (call.name() != null) {
			this.named.computeIfAbsent(call.name(), (name) -> new ArrayList<>()).addAll(calls);
		}
		if (call.name() == null || call.expect() != null) {
			Outcome expected = (call.expect() != null) ? call.expect() : Outcome.SUCCESS;
			calls.forEach((begun) -> Verifier.verify(begun, expected));
		}
	}

	private List<CallInProgress> named(String name) {
		List<CallInProgress> calls = this.named.get(name);
		if (calls == null) {
			throw new IllegalArgumentException("there is no call '" + name + "'");
		}
		return calls;
	}

	private static String text(Duration duration) {
		return duration.toString().substring(2).toLowerCase(Locale.ROOT);
	}

}
