/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class ReloadingTests {

	private final AtomicReference<String> content = new AtomicReference<>("canary-1");

	private final List<String> parsed = new ArrayList<>();

	private final Reloading<String, StringBuilder> reloading = new Reloading<>("the file", this::read, this::parse);

	private String read() {
		String content = this.content.get();
		if (content == null) {
			throw new InvalidCredentialException("does not exist", "create it");
		}
		return content;
	}

	private StringBuilder parse(String content) {
		this.parsed.add(content);
		if (content.startsWith("half")) {
			throw new InvalidCredentialException("is damaged", "write it again");
		}
		return new StringBuilder(content);
	}

	@Test
	void readsNothingBeforeItIsAsked() {
		this.content.set(null);
		new Reloading<>("the file", this::read, this::parse);
		assertThat(this.parsed).isEmpty();
	}

	@Test
	void parsesEqualContentOnce() {
		StringBuilder first = this.reloading.get().value();
		this.content.set(new String("canary-1"));
		assertThat(this.reloading.get().value()).isSameAs(first);
		assertThat(this.parsed).containsExactly("canary-1");
	}

	@Test
	void takesNewContentAtOnce() {
		this.reloading.get();
		this.content.set("canary-2");
		assertThat(this.reloading.get().value()).hasToString("canary-2");
		assertThat(this.reloading.get().remark()).isNull();
	}

	@Test
	void keepsWhatWasReadBeforeWhileThereIsNothing() {
		StringBuilder first = this.reloading.get().value();
		this.content.set(null);
		Credential<StringBuilder> kept = this.reloading.get();
		assertThat(kept.value()).isSameAs(first);
		assertThat(kept.remark()).isEqualTo("the file does not exist; what was read before is used");
	}

	@Test
	void keepsWhatWasReadBeforeWhileTheNewIsDamaged() {
		StringBuilder first = this.reloading.get().value();
		this.content.set("half");
		assertThat(this.reloading.get().value()).isSameAs(first);
		assertThat(this.reloading.get().remark()).isEqualTo("the file is damaged; what was read before is used");
		this.content.set("canary-2");
		assertThat(this.reloading.get()).satisfies((credential) -> {
			assertThat(credential.value()).hasToString("canary-2");
			assertThat(credential.remark()).isNull();
		});
	}

	@Test
	void contentThatComesBackNeedsNoParsing() {
		this.reloading.get();
		this.content.set("half");
		this.reloading.get();
		this.content.set("canary-1");
		assertThat(this.reloading.get().remark()).isNull();
		assertThat(this.parsed).containsExactly("canary-1", "half");
	}

	@Test
	void throwsWhileThereNeverWasAny() {
		this.content.set(null);
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(this.reloading::get)
			.withMessage("does not exist; create it");
		this.content.set("half");
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(this.reloading::get)
			.withMessage("is damaged; write it again");
		this.content.set("canary-1");
		assertThat(this.reloading.get().value()).hasToString("canary-1");
	}

	@Test
	void otherExceptionsAreNotRemarks() {
		Reloading<String, String> failing = new Reloading<>("the file", this::read, (content) -> {
			if (content.equals("canary-1")) {
				return content;
			}
			throw new IllegalStateException();
		});
		failing.get();
		this.content.set("canary-2");
		assertThatIllegalStateException().isThrownBy(failing::get);
	}

	@Test
	void forgetsWhatWasReplaced() {
		WeakReference<StringBuilder> first = new WeakReference<>(this.reloading.get().value());
		this.content.set("canary-2");
		this.reloading.get();
		await().until(() -> {
			System.gc();
			return first.get() == null;
		});
	}

	@Test
	void printsNoContent() {
		this.reloading.get();
		assertThat(this.reloading.toString()).doesNotContain("canary");
	}

}
