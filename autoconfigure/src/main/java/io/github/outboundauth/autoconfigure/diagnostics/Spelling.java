/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.diagnostics;

import java.util.Collection;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Guesses what somebody meant to write.
 */
public final class Spelling {

	private Spelling() {
	}

	/**
	 * The candidate that differs least from a word, unless all differ too much.
	 * @param word what was written
	 * @param candidates what there is
	 * @return what was probably meant, or {@code null}
	 */
	public static @Nullable String nearest(String word, Collection<String> candidates) {
		return candidates.stream()
			.filter((candidate) -> Math.abs(word.length() - candidate.length()) <= tolerance(candidate))
			.min(Comparator.comparingInt((candidate) -> distance(word, candidate)))
			.filter((candidate) -> distance(word, candidate) <= tolerance(candidate))
			.orElse(null);
	}

	private static int tolerance(String candidate) {
		return Math.max(2, candidate.length() / 3);
	}

	/**
	 * What to do about a word that there is not.
	 * @param word what was written
	 * @param candidates what there is
	 * @return a sentence without its full stop
	 */
	public static String remedy(String word, Collection<String> candidates) {
		String nearest = nearest(word, candidates);
		return (nearest != null) ? "'" + nearest + "' may be meant" : "use one of " + candidates;
	}

	/**
	 * Levenshtein's distance.
	 */
	private static int distance(String left, String right) {
		int[] row = new int[right.length() + 1];
		for (int j = 0; j <= right.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= left.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= right.length(); j++) {
				int substituted = diagonal + ((left.charAt(i - 1) == right.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[right.length()];
	}

}
