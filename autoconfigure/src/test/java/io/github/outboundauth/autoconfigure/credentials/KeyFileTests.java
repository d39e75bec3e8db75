/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.autoconfigure.credentials;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;

import io.github.outboundauth.endpoint.credential.Credential;
import io.github.outboundauth.endpoint.credential.InvalidCredentialException;
import io.github.outboundauth.endpoint.credential.SigningKey;
import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.Secrets;
import io.github.outboundauth.testing.TestKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KeyFileTests {

	private static final String WRITE_PRIVATE_KEY = "write the private key, which begins with -----BEGIN PRIVATE KEY-----";

	private static final String WRITE_ALL = "write all lines, from -----BEGIN to -----END";

	@TempDir
	private static Path certificateDirectory;

	private static Certificates certificates;

	private static TestKey rsa;

	private static TestKey ec;

	private static TestKey ed25519;

	@TempDir
	private Path directory;

	private final CredentialFiles files = new CredentialFiles(new DefaultResourceLoader());

	@BeforeAll
	static void makeKeys() throws Exception {
		certificates = new Certificates(certificateDirectory);
		rsa = TestKey.rsa("a", 2048);
		ec = TestKey.ec("b", "secp256r1");
		ed25519 = TestKey.ed25519("c");
	}

	@Test
	void readsPkcs8() throws IOException {
		for (TestKey key : List.of(rsa, ec, ed25519)) {
			assertThat(read(key.pkcs8(), null, "id", null)).isEqualTo(signingKey(key, "id"));
		}
	}

	@Test
	void readsPkcs1() throws IOException {
		assertThat(read(rsa.pkcs1())).isEqualTo(signingKey(rsa, null));
	}

	@Test
	void readsSec1() throws Exception {
		assertThat(read(TestKey.pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107")) + ec.sec1())
			.algorithms()).containsExactly("ES256");
	}

	@Test
	void readsEncryptedPkcs8() throws Exception {
		assertThat(read(ec.encryptedPkcs8(), TestKey.PASSWORD, null, null)).isEqualTo(signingKey(ec, null));
	}

	@Test
	void passwordMayBeUnnecessary() throws IOException {
		assertThat(read(ec.pkcs8(), TestKey.PASSWORD, null, null)).isEqualTo(signingKey(ec, null));
	}

	@Test
	void readsPemAsWindowsAndPeopleWriteIt() throws IOException {
		assertThat(read("\uFEFFKey of orders\n\n  " + ec.pkcs8().replace("\n", "\r\n") + "\r\n"))
			.isEqualTo(signingKey(ec, null));
	}

	@Test
	void takesTheCertificateOfTheKeyFromTheSameFile() throws Exception {
		TestKey key = certificates.key("good");
		assertThat(read(certificates.chain("ca") + key.pkcs8() + certificates.chain("good")))
			.isEqualTo(certifiedKey("good"));
		assertThat(read(key.pkcs8() + certificates.chain("ca"))).isEqualTo(signingKey(key, null));
	}

	@Test
	void takesTheCertificateFromAFileOfItsOwn() throws Exception {
		Path keyFile = write("key.pem", certificates.key("good").pkcs8());
		Path file = write("certificate.pem", certificates.chain("ca") + certificates.chain("good"));
		assertThat(key(keyFile, file).get().value()).isEqualTo(certifiedKey("good"));
	}

	@Test
	void refusesACertificateOfAnotherKeyFromAFileOfItsOwn() throws Exception {
		Path keyFile = write("key.pem", ec.pkcs8());
		Path file = write("certificate.pem", certificates.chain("good"));
		refused(key(keyFile, file),
				"names '" + keyFile + "', which does not belong to the certificate of assertion.certificate-location",
				"write the certificate that was issued for this key");
	}

	@Test
	void refusesACertificateThatCannotBeRead() throws Exception {
		Path keyFile = write("key.pem", ec.pkcs8());
		Path file = this.directory.resolve("certificate.pem");
		refused(key(keyFile, file),
				"has no usable certificate: assertion.certificate-location names '" + file + "', which does not exist",
				"create it, or correct the location");
		for (String content : List.of(ec.pkcs8(), "canary", TestKey.pem("CERTIFICATE", new byte[9]),
				"-----BEGIN CERTIFICATE-----\nMIIC=canary\n-----END CERTIFICATE-----\n")) {
			write("certificate.pem", content);
			refused(key(keyFile, file),
					"names '" + keyFile + "', which has no usable certificate: assertion.certificate-location names '"
							+ file + "', which holds no certificate, or a damaged one",
					"write the certificate, which begins with -----BEGIN CERTIFICATE-----");
		}
	}

	@Test
	void keyAndCertificateMayBeReplacedOneAfterTheOther() throws Exception {
		Path keyFile = write("key.pem", certificates.key("ca").pkcs8());
		Path file = write("certificate.pem", certificates.chain("ca"));
		Supplier<Credential<SigningKey>> key = key(keyFile, file);
		Credential<SigningKey> before = key.get();
		write("key.pem", certificates.key("good").pkcs8());
		assertThat(key.get().value()).isSameAs(before.value());
		assertThat(key.get().remark()).isEqualTo("assertion.key-location names '" + keyFile
				+ "', which does not belong to the certificate of assertion.certificate-location; "
				+ "what was read before is used");
		write("certificate.pem", certificates.chain("good"));
		assertThat(key.get()).isEqualTo(new Credential<>(certifiedKey("good"), null));
	}

	@Test
	void parsesAFileThatDidNotChangeOnce() throws IOException {
		Path file = write("key.pem", ec.pkcs8());
		Supplier<Credential<SigningKey>> key = key(file, null);
		SigningKey first = key.get().value();
		Path copy = write("copy.pem", ec.pkcs8());
		Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
		assertThat(key.get().value()).isSameAs(first);
	}

	@Test
	void signsWithANewKeyAsSoonAsItIsThere() throws IOException {
		Path file = write("key.pem", ec.pkcs8());
		Supplier<Credential<SigningKey>> key = key(file, null);
		key.get();
		write("key.pem", rsa.pkcs8());
		assertThat(key.get()).isEqualTo(new Credential<>(signingKey(rsa, null), null));
	}

	@Test
	void keepsTheKeyWhileANewOneIsHalfWritten() throws IOException {
		String pem = rsa.pkcs8();
		Path file = write("key.pem", ec.pkcs8());
		Supplier<Credential<SigningKey>> key = key(file, null);
		SigningKey before = key.get().value();
		for (int length : List.of(3, 40, pem.length() / 2, pem.length() - 10)) {
			write("key.pem", pem.substring(0, length));
			assertThat(key.get().value()).isSameAs(before);
			assertThat(key.get().remark()).startsWith("assertion.key-location names '" + file + "', which is ")
				.endsWith("; what was read before is used");
		}
		write("key.pem", pem);
		assertThat(key.get()).isEqualTo(new Credential<>(signingKey(rsa, null), null));
	}

	@ParameterizedTest
	@CsvSource({ "PUBLIC KEY, is a public key", "RSA PUBLIC KEY, is a public key",
			"CERTIFICATE, holds a certificate and no private key", "CERTIFICATE REQUEST, holds no private key" })
	void refusesPemWithoutPrivateKey(String label, String problem) throws IOException {
		refused(TestKey.pem(label, "canary".getBytes()), problem, WRITE_PRIVATE_KEY);
	}

	@Test
	void refusesAnEncryptedKeyWithoutPassword() throws Exception {
		refused(ec.encryptedPkcs8(), "is encrypted and assertion.key-password is missing",
				"set assertion.key-password");
	}

	@Test
	void refusesAWrongPassword() throws Exception {
		Path file = write("key", ec.encryptedPkcs8());
		refused(this.files.key(new KeyFile(file.toString(), "canary", null, null, null)),
				"names '" + file + "', which cannot be decrypted with assertion.key-password",
				"correct assertion.key-password");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			// The object identifier 1.2.3.
			"300c" + "3004" + "06022a03" + "040463616e61",
			// PBES2 with scrypt, and no further parameters.
			"3023" + "301b" + "06092a864886f70d01050d" + "300e" + "300d" + "06092b06010401da47040b" + "3000"
					+ "040463616e61",
			"63616e617279" })
	void refusesAnEncryptionThatTheJvmDoesNotKnow(String content) throws IOException {
		Path file = write("key", TestKey.pem("ENCRYPTED PRIVATE KEY", HexFormat.of().parseHex(content)));
		refused(this.files.key(new KeyFile(file.toString(), "canary", null, null, null)),
				"names '" + file + "', which is damaged, or encrypted in a way that this JVM does not know",
				"write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in <file> -out <new file>");
	}

	@Test
	void refusesEncryptionInTheOldFormatOfOpenssl() throws IOException {
		refused("""
				-----BEGIN RSA PRIVATE KEY-----
				Proc-Type: 4,ENCRYPTED
				DEK-Info: AES-256-CBC,0123456789ABCDEF

				Y2FuYXJ5
				-----END RSA PRIVATE KEY-----
				""", "is encrypted in the old format of OpenSSL",
				"convert it to PKCS#8: openssl pkcs8 -topk8 -in <file> -out <new file>");
	}

	@Test
	void refusesTheFormatOfOpenssh() throws IOException {
		refused(TestKey.pem("OPENSSH PRIVATE KEY", "openssh-key-v1 canary".getBytes()), "is in the format of OpenSSH",
				"convert a copy of it to PKCS#8: ssh-keygen -p -N '' -m PKCS8 -f <copy>");
	}

	@Test
	void refusesSec1ThatNamesNoCurve() throws Exception {
		for (TestKey key : List.of(ec, TestKey.ec("d", "secp521r1"))) {
			assertThatExceptionOfType(InvalidCredentialException.class)
				.isThrownBy(() -> read(sec1WithoutParameters(key)))
				.matches((ex) -> ex.problem().endsWith("does not name its elliptic curve")
						|| ex.problem().endsWith("is damaged, incomplete or of an unknown form"));
		}
		refused(sec1WithoutParameters(ec), "does not name its elliptic curve", WRITE_PRIVATE_KEY);
	}

	@Test
	void readsSec1OnTheCurveThatTheParserAssumes() throws Exception {
		TestKey p384 = TestKey.ec("d", "secp384r1");
		assertThat(read(sec1WithoutParameters(p384)).algorithms()).containsExactly("ES384");
	}

	@Test
	void refusesSeveralKeysInOnePemFile() throws IOException {
		refused(ec.pkcs8() + rsa.pkcs8(), "holds 2 private keys", "leave one of them");
	}

	@Test
	void refusesDamagedPem() throws IOException {
		refused(TestKey.pem("PRIVATE KEY", "canary".getBytes()), "is damaged, incomplete or of an unknown form",
				WRITE_ALL);
		refused("-----BEGIN PRIVATE KEY-----\nY2FuYXJ5", "is damaged, incomplete or of an unknown form", WRITE_ALL);
		refused("-----BEGIN PRIVATE KEY-----\nY2Fu*YXJ5\n-----END PRIVATE KEY-----",
				"is damaged, incomplete or of an unknown form", WRITE_ALL);
		refused("-----BEGIN RSA PRIVATE KEY-----\nY2FuYXJ5=A==\n-----END RSA PRIVATE KEY-----",
				"is damaged, incomplete or of an unknown form", WRITE_ALL);
		refused(TestKey.pem("EC PRIVATE KEY", "canary".getBytes()), "is damaged, incomplete or of an unknown form",
				WRITE_ALL);
		refused(rsa.pkcs8().replace("\n", "\\n"), "is damaged, incomplete or of an unknown form", WRITE_ALL);
		refused(TestKey.pem("ENCRYPTED PRIVATE KEY", "canary".getBytes()),
				"is encrypted and assertion.key-password is missing", "set assertion.key-password");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary", "\"canary\"", "[]", "PuTTY-User-Key-File-3: canary" })
	void refusesWhatIsNoKey(String content) throws IOException {
		refused(content, "is neither PEM nor a JWK", WRITE_PRIVATE_KEY + ", or a JWK");
	}

	@Test
	void refusesAKeyStore() throws IOException {
		String remedy = "name it in an SSL bundle, spring.ssl.bundle.jks.<name>.keystore.location, "
				+ "and write the name of the bundle as assertion.ssl-bundle";
		refused(key(certificates.keyStore(), null), "names '" + certificates.keyStore() + "', which is a key store",
				remedy);
		Path jks = Files.write(this.directory.resolve("keys.jks"), HexFormat.of().parseHex("feedfeed00000002"));
		refused(key(jks, null), "names '" + jks + "', which is a key store", remedy);
	}

	@Test
	void refusesBinary() throws IOException {
		Path file = this.directory.resolve("key.der");
		for (TestKey key : List.of(rsa, ec, ed25519)) {
			Files.write(file, key.pair().getPrivate().getEncoded());
			refused(key(file, null), "names '" + file + "', which is binary (DER)",
					"convert it to PEM: openssl pkey -inform DER -in <file> -out <new file>");
		}
		Files.write(file, new byte[] { (byte) 0xFF });
		refused(key(file, null), "names '" + file + "', which is not text in UTF-8", "write text in UTF-8");
	}

	@Test
	void explicitCurveIsOfAnUnknownForm() throws IOException {
		// As openssl writes it with -param_enc explicit: a sequence where a name should
		// be.
		refused(TestKey.pem("EC PRIVATE KEY",
				HexFormat.of().parseHex("300e" + "020101" + "040163" + "a006" + "3004" + "02010102")),
				"is damaged, incomplete or of an unknown form", WRITE_ALL);
	}

	@Test
	void refusesAKeyThatCannotSign() throws Exception {
		refused(new TestKey("x", KeyPairGenerator.getInstance("X25519").generateKeyPair()).pkcs8(),
				"is a key of the type XDH, which cannot sign assertions",
				"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
		Path file = write("key", ec.pkcs8());
		refused(this.files.key(new KeyFile(file.toString(), null, null, "RS256", null)),
				"names '" + file + "', which is an EC key on P-256, which cannot sign with RS256",
				"leave out assertion.algorithm, or write one of [ES256]");
	}

	@Test
	void readsAJwk() throws IOException {
		assertThat(read(rsa("a").build().toJSONString())).isEqualTo(signingKey(rsa, "a"));
		assertThat(read(ec("b").build().toJSONString())).isEqualTo(signingKey(ec, "b"));
		assertThat(read(ed25519.jwk().toJSONString())).isEqualTo(signingKey(ed25519, "c"));
	}

	@Test
	void jwkMaySayItsAlgorithm() throws IOException {
		String jwk = rsa("a").algorithm(JWSAlgorithm.PS384).build().toJSONString();
		assertThat(read(jwk).algorithms()).containsExactly("PS384");
		assertThat(read(jwk, null, null, "PS384").algorithms()).containsExactly("PS384");
		Path file = write("key", jwk);
		refused(this.files.key(new KeyFile(file.toString(), null, null, "RS256", null)),
				"names '" + file + "', which is a key for PS384 only", "leave out assertion.algorithm");
	}

	@Test
	void jwkMayBringItsCertificate() throws Exception {
		assertThat(read(certificates.jwk("good").toJSONString(), null, null, null)).isEqualTo(SigningKey
			.of(certificates.key("good").pair().getPrivate(), certificates.certificate("good"), "good", null));
	}

	@Test
	void jwkWithoutIdGetsTheConfiguredOne() throws IOException {
		assertThat(read(rsa(null).build().toJSONString(), null, "mine", null)).isEqualTo(signingKey(rsa, "mine"));
	}

	@Test
	void choosesFromAJwkSet() throws IOException {
		String set = set(rsa("a").build(), ec("b").build());
		assertThat(read(set, null, "a", null)).isEqualTo(signingKey(rsa, "a"));
		assertThat(read(set, null, "b", null)).isEqualTo(signingKey(ec, "b"));
		refused(set, "holds 2 private keys for signatures", "write one of [a, b] as assertion.key-id");
	}

	@Test
	void passesOverKeysOfAJwkSetThatAreNotForSigning() throws Exception {
		String set = set(rsa("a").keyUse(KeyUse.ENCRYPTION).build(),
				rsa("b").keyOperations(Set.of(KeyOperation.DECRYPT)).build(),
				rsa("c").algorithm(JWEAlgorithm.RSA_OAEP_256).build(), rsa("d").build().toPublicJWK(),
				new OctetSequenceKey.Builder("canary".getBytes()).keyID("e").build(), x25519("f"),
				ec("g").keyUse(KeyUse.SIGNATURE).keyOperations(Set.of(KeyOperation.SIGN)).build());
		assertThat(read(set)).isEqualTo(signingKey(ec, "g"));
		assertThat(read(set.replaceFirst("\\[", "[{\"kty\":\"NEW\"},"))).isEqualTo(signingKey(ec, "g"));
	}

	@Test
	void refusesAnUnknownId() throws IOException {
		Path file = write("key", set(rsa("a").build(), ec("b").build(), rsa("c").build().toPublicJWK()));
		refused(this.files.key(new KeyFile(file.toString(), null, "canary", null, null)),
				"names '" + file + "', which holds no key with the id of assertion.key-id",
				"write one of [a, b] as assertion.key-id");
	}

	@Test
	void refusesAnIdThatIsNotUnique() throws IOException {
		Path file = write("key", set(rsa("a").build(), ec("a").build()));
		refused(this.files.key(new KeyFile(file.toString(), null, "a", null, null)),
				"names '" + file + "', which holds 2 private keys for signatures with the id of assertion.key-id",
				"write one of [a, a] as assertion.key-id");
	}

	@Test
	void refusesAJwkThatCannotSign() throws Exception {
		refused(rsa("a").build().toPublicJWK().toJSONString(), "is a public key",
				"write the private key, which has the member \"d\" too");
		refused(new OctetSequenceKey.Builder("canary".getBytes()).build().toJSONString(), "is a symmetric key",
				"write a private key, or a client-secret for client_secret_jwt");
		for (JWK jwk : List.of(rsa("a").keyUse(KeyUse.ENCRYPTION).build(), x25519("f"))) {
			refused(jwk.toJSONString(), "is not for signatures (use, key_ops, alg or crv)",
					"choose a key for signatures");
		}
		refused(set(), "holds no private key for signatures", "add one");
		refused(set(rsa("a").build().toPublicJWK(), ec("b").build().toPublicJWK()),
				"holds no private key for signatures", "add one");
	}

	@Test
	void refusesAnUnusableJwk() throws IOException {
		String jwk = ec("a").build().toJSONString();
		refused(jwk.substring(0, jwk.length() / 2), "is damaged or incomplete JSON", "write the whole of it");
		refused("{\"kty\":\"RSA\",\"canary\":1}", "is a damaged or incomplete JWK", "write all its members");
		refused("{\"kty\":\"canary\"}", "is a damaged or incomplete JWK", "write all its members");
		refused("{\"keys\":\"canary\"}", "is a damaged or incomplete JWK", "write all its members");
		refused("{\"keys\":[1]}", "is a damaged or incomplete JWK", "write all its members");
		refused("{\"canary\":1}", "is JSON, but no JWK", "write a private key as PEM, JWK or JWK set");
		String coordinate = ec("a").build().getX().toString();
		refused(jwk.replace(coordinate, "A".repeat(coordinate.length())), "is a damaged or incomplete JWK",
				"write all its members");
	}

	@Test
	void readsTheFileOfAServiceAccount() throws IOException {
		String json = JSONObjectUtils.toJSONString(Map.of("type", "service_account", "private_key_id", "a",
				"private_key", rsa.pkcs8(), "client_email", "orders@example.com"));
		assertThat(read(json)).isEqualTo(signingKey(rsa, "a"));
		assertThat(read(json, null, "b", null)).isEqualTo(signingKey(rsa, "b"));
	}

	@Test
	void printsNoKeyAndNoPassword() {
		KeyFile file = new KeyFile("canary", "canary", "id", "ES256", "canary");
		assertThat(file).hasToString("KeyFile[keyId=id, algorithm=ES256]");
		assertThat(new KeyParser("canary", "id")).hasToString("KeyParser[keyId=id]");
		assertThat(new FoundKey(ec.pair().getPrivate(), List.of())).hasToString("FoundKey[keyId=null, algorithm=null]");
		assertThat(new Content("canary".getBytes())).hasToString("Content[6 bytes]");
		assertThat(new Location(new DefaultResourceLoader(), "canary")).hasToString("Location[a resource]");
	}

	private static RSAKey.Builder rsa(@Nullable String id) {
		return new RSAKey.Builder(rsa.jwk().toRSAKey()).keyID(id);
	}

	private static ECKey.Builder ec(@Nullable String id) {
		return new ECKey.Builder(ec.jwk().toECKey()).keyID(id);
	}

	private static OctetKeyPair x25519(String id) {
		return new OctetKeyPair.Builder(Curve.X25519, Base64URL.encode(new byte[32])).d(Base64URL.encode(new byte[32]))
			.keyID(id)
			.build();
	}

	private static String set(JWK... keys) {
		return JSONObjectUtils.toJSONString(new JWKSet(List.of(keys)).toJSONObject(false));
	}

	private static SigningKey signingKey(TestKey key, @Nullable String id) {
		return SigningKey.of(key.pair().getPrivate(), null, id, null);
	}

	private static SigningKey certifiedKey(String alias) throws Exception {
		return SigningKey.of(certificates.key(alias).pair().getPrivate(), certificates.certificate(alias), null, null);
	}

	/**
	 * RFC 5915 section 3 has the parameters optional.
	 */
	private static String sec1WithoutParameters(TestKey key) throws IOException {
		ECPrivateKey privateKey = (ECPrivateKey) key.pair().getPrivate();
		int bits = privateKey.getParams().getCurve().getField().getFieldSize();
		byte[] number = ECKey.encodeCoordinate(bits, privateKey.getS()).decode();
		ByteArrayOutputStream sequence = new ByteArrayOutputStream();
		sequence.write(new byte[] { 0x30, (byte) (number.length + 5), 0x02, 0x01, 0x01, 0x04, (byte) number.length });
		sequence.write(number);
		return TestKey.pem("EC PRIVATE KEY", sequence.toByteArray());
	}

	private SigningKey read(String content) throws IOException {
		return read(content, null, null, null);
	}

	private SigningKey read(String content, @Nullable String password, @Nullable String keyId,
			@Nullable String algorithm) throws IOException {
		Path file = write("key", content);
		return this.files.key(new KeyFile(file.toString(), password, keyId, algorithm, null)).get().value();
	}

	private Supplier<Credential<SigningKey>> key(Path file, @Nullable Path certificate) {
		return this.files
			.key(new KeyFile(file.toString(), null, null, null, (certificate != null) ? certificate.toString() : null));
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.directory.resolve(name), content);
	}

	private void refused(String content, String problem, String remedy) throws IOException {
		Path file = write("key", content);
		refused(key(file, null), "names '" + file + "', which " + problem, remedy);
	}

	private static void refused(Supplier<Credential<SigningKey>> key, String problem, String remedy) {
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(key::get)
			.withNoCause()
			.withMessage(problem + "; " + remedy)
			.matches((ex) -> !Secrets.areIn(ex.toString()));
	}

}
