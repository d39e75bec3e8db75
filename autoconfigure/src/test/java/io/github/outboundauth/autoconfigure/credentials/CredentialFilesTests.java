/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Supplier;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.testing.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CredentialFilesTests {

	private final CredentialFiles files = new CredentialFiles(new DefaultResourceLoader());

	@TempDir
	private Path directory;

	@Test
	void readsAPlainPathAndOtherLocations() throws IOException {
		Path file = write("secret", "canary");
		assertThat(secret(file.toString())).isEqualTo("canary");
		assertThat(secret("file:" + file)).isEqualTo("canary");
		assertThat(secret(file.toUri().toString())).isEqualTo("canary");
		assertThat(secret("base64:Y2FuYXJ5")).isEqualTo("canary");
		assertThat(secret("classpath:io/github/outboundauth/autoconfigure/credentials/secret.txt")).isEqualTo("canary");
	}

	@Test
	void plainPathIsAFileInAWebApplicationToo() throws IOException {
		Path file = write("secret", "canary");
		try (GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext())) {
			assertThat(new CredentialFiles(context).secret(file.toString()).get().value()).isEqualTo("canary");
		}
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			assertThat(new CredentialFiles(context).secret(file.toString()).get().value()).isEqualTo("canary");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			canary | canary
			canary% | canary
			canary$% | canary
			canary%% | canary%
			canary$%$% | canary$%
			' canary ' | ' canary '
			canary$ | canary$
			^canary | canary
			can%ary | can%ary
			canäry€ | canäry€
			""")
	void dropsOneLineBreakAndTheByteOrderMark(String content, String expected) throws IOException {
		Path file = write("secret", control(content));
		assertThat(secret(file.toString())).isEqualTo(control(expected));
	}

	/**
	 * Annotations hold no line breaks that one can see.
	 */
	private static String control(String text) {
		return text.replace('$', '\r').replace('%', '\n').replace('^', (char) 0xFEFF);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "\n", "\r\n", " \t\n" })
	void refusesABlankSecret(String content) throws IOException {
		Path file = write("secret", content);
		refused(this.files.secret(file.toString()), "names '" + file + "', which is blank", "write the secret");
	}

	@Test
	void refusesAnEmptyFile() throws IOException {
		Path file = write("secret", "");
		refused(this.files.secret(file.toString()), "names '" + file + "', which is empty", "write it again");
	}

	@Test
	void refusesASecretThatIsNotText() throws IOException {
		Path file = Files.write(this.directory.resolve("secret"), new byte[] { 'c', (byte) 0xE4, 'n' });
		refused(this.files.secret(file.toString()), "names '" + file + "', which is not text in UTF-8",
				"write text in UTF-8");
	}

	@Test
	void readsSixtyFourKibibytesAndNoMore() throws IOException {
		Path file = write("secret", "c".repeat(65536));
		assertThat(secret(file.toString())).hasSize(65536);
		write("secret", "c".repeat(65537));
		refused(this.files.secret(file.toString()), "names '" + file + "', which is larger than 65536 bytes",
				"correct the location");
	}

	@Test
	void refusesAMissingFile() {
		Path file = this.directory.resolve("missing");
		refused(this.files.secret(file.toString()), "names '" + file + "', which does not exist",
				"create it, or correct the location");
		refused(this.files.secret("file:" + file), "names 'file:" + file + "', which does not exist",
				"create it, or correct the location");
		refused(this.files.secret("classpath:missing"), "names 'classpath:missing', which does not exist",
				"create it, or correct the location");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary", "canary/canary", "/canary/canary", "canary:canary", "canary\u0000",
			"Canary+canary==" })
	void doesNotShowALocationThatMayBeASecret(String location) {
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(this.files.secret(location)::get)
			.withMessageNotContaining(location)
			.matches((ex) -> !Secrets.areIn(ex.toString()));
	}

	@Test
	void refusesAKeyInPlaceOfItsLocation() {
		refused(this.files.secret("-----BEGIN PRIVATE KEY-----canary"),
				"is a key or certificate and not the location of one",
				"write it to a file, and the path of the file here");
	}

	@Test
	void refusesADirectory() {
		refused(this.files.secret(this.directory.toString()), "names '" + this.directory + "', which is a directory",
				"correct the location");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void refusesADevice() {
		refused(this.files.secret("/dev/zero"), "names '/dev/zero', which is not a regular file",
				"correct the location");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://canary.invalid/secret", "jar:file:/canary.jar!/secret" })
	void refusesWhatIsFetchedFromElsewhere(String location) {
		refused(this.files.secret(location), "names a resource, which is neither a file nor on the class path",
				"write the path of a file");
	}

	@Test
	void refusesWhatIsNoLocation() {
		refused(this.files.secret("base64:canary!"), "is not a location", "write the path of a file");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			denied | this process may not read | let its user read it
			broken | cannot be read (IOException) | check the file system
			""")
	void saysWhyAFileCannotBeRead(String kind, String problem, String remedy) {
		CredentialFiles files = new CredentialFiles(new DefaultResourceLoader() {

			@Override
			public Resource getResource(String location) {
				return new UnreadableResource(
						location.equals("denied") ? new AccessDeniedException("canary") : new IOException("canary"));
			}

		});
		refused(files.secret(kind), "names a resource, which " + problem, remedy);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void seesASecretThatKubernetesReplaced() throws IOException {
		Path old = Files.createDirectory(this.directory.resolve("..2026_01"));
		Path next = Files.createDirectory(this.directory.resolve("..2026_02"));
		Files.writeString(old.resolve("secret"), "canary-1");
		Files.writeString(next.resolve("secret"), "canary-2");
		Path data = Files.createSymbolicLink(this.directory.resolve("..data"), old.getFileName());
		Path file = Files.createSymbolicLink(this.directory.resolve("secret"), Path.of("..data", "secret"));
		Supplier<Credential<String>> secret = this.files.secret(file.toString());
		assertThat(secret.get().value()).isEqualTo("canary-1");
		Path swap = Files.createSymbolicLink(this.directory.resolve("..data_tmp"), next.getFileName());
		Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
		assertThat(secret.get().value()).isEqualTo("canary-2");
		Files.delete(old.resolve("secret"));
		assertThat(secret.get().remark()).isNull();
	}

	@Test
	void keepsTheSecretWhileTheFileIsEmptyOrGone() throws IOException {
		Path file = write("secret", "canary-1");
		Supplier<Credential<String>> secret = this.files.secret(file.toString());
		secret.get();
		write("secret", "");
		assertThat(secret.get()).isEqualTo(new Credential<>("canary-1",
				"client-secret-location names '" + file + "', which is empty; what was read before is used"));
		Files.delete(file);
		assertThat(secret.get()).isEqualTo(new Credential<>("canary-1",
				"client-secret-location names '" + file + "', which does not exist; what was read before is used"));
		write("secret", "canary-2");
		assertThat(secret.get()).isEqualTo(new Credential<>("canary-2", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "eyJh.eyJj.canary", "  eyJh.eyJj.canary\r\n\n", "eyJh.eyJj.", "a.b.c.d.canary" })
	void readsAnAssertion(String content) throws IOException {
		Path file = write("assertion", content);
		assertThat(this.files.assertion(file.toString()).get().value()).isEqualTo(content.strip());
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary", "eyJh.canary", "{\"canary\": 1}", " ", "eyJh.eyJj.can ary", "a.b.c.d.e.f" })
	void refusesWhatIsNoAssertion(String content) throws IOException {
		Path file = write("assertion", content);
		refused(this.files.assertion(file.toString()), "names '" + file + "', which is no JWT",
				"correct the location, or what writes the file");
	}

	@Test
	void keepsTheAssertionWhileANewOneIsHalfWritten() throws IOException {
		Path file = write("assertion", "eyJh.eyJj.canary");
		Supplier<Credential<String>> assertion = this.files.assertion(file.toString());
		assertion.get();
		write("assertion", "eyJh.ey");
		assertThat(assertion.get()).isEqualTo(new Credential<>("eyJh.eyJj.canary",
				"assertion.location names '" + file + "', which is no JWT; what was read before is used"));
	}

	@Test
	void anInterruptIsLeftForTheRequestThatFollows() throws IOException {
		Path file = write("secret", "canary");
		Thread.currentThread().interrupt();
		try {
			assertThat(this.files.secret(file.toString()).get()).isEqualTo(new Credential<>("canary", null));
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	private String secret(String location) {
		return this.files.secret(location).get().value();
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.directory.resolve(name), content);
	}

	private static void refused(Supplier<?> credential, String problem, String remedy) {
		ThrowingCallable call = credential::get;
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(call)
			.withNoCause()
			.withMessage(problem + "; " + remedy)
			.matches((ex) -> !Secrets.areIn(ex.toString()));
	}

	/**
	 * Root may read all files.
	 */
	private static final class UnreadableResource extends AbstractResource {

		private final IOException failure;

		UnreadableResource(IOException failure) {
			this.failure = failure;
		}

		@Override
		public ByteArrayInputStream getInputStream() throws IOException {
			throw this.failure;
		}

		@Override
		public String getDescription() {
			return "canary";
		}

	}

}
