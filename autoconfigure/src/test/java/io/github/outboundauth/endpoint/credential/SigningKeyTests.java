/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.outboundauth.testing.Certificates;
import io.github.outboundauth.testing.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class SigningKeyTests {

	/** Exactly as long as HS512 wants it. */
	private static final String SECRET = "canary".repeat(11).substring(0, 64);

	private static final Map<String, Object> CLAIMS = Map.of("iss", "orders", "exp", 1234567890L);

	private static final KeyPair RSA = pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));

	private static final KeyPair P256 = pair("EC", new ECGenParameterSpec("secp256r1"));

	private static final KeyPair P384 = pair("EC", new ECGenParameterSpec("secp384r1"));

	private static final KeyPair ED25519 = pair("Ed25519", null);

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	@BeforeAll
	static void makeCertificates() throws Exception {
		certificates = new Certificates(directory);
	}

	@Test
	void remarksThatItsCertificateEndsWithinAWeek() throws Exception {
		SigningKey key = SigningKey.of(certificates.key("good").pair().getPrivate(), certificates.certificate("good"),
				null, null);
		Instant end = certificates.end("good");
		assertThat(key.remark(end.minus(Duration.ofDays(8)))).isNull();
		assertThat(key.remark(end.minus(Duration.ofDays(6))))
			.isEqualTo("the certificate of the key that signs assertions ends at " + end + "; have it renewed");
		assertThat(key.remark(end)).contains(" ended at " + end);
	}

	@Test
	void hasNothingToRemarkOfAKeyWithoutCertificate() {
		assertThat(SigningKey.ofSecret(SECRET, null).remark(Instant.MAX.minus(Duration.ofDays(8)))).isNull();
	}

	private static KeyPair pair(String algorithm, @Nullable AlgorithmParameterSpec parameters) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
			if (parameters != null) {
				generator.initialize(parameters);
			}
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void signsWithEveryAlgorithmThatFits(String expected, KeyPair pair) throws Exception {
		SigningKey key = SigningKey.of(pair.getPrivate(), null, "id", null);
		assertThat(key.algorithms()).isEqualTo(List.of(expected.split(",")));
		for (String algorithm : key.algorithms()) {
			JWSObject jws = JWSObject.parse(key.sign(algorithm, "JWT", false, CLAIMS));
			assertThat(jws.getHeader().toJSONObject()).isEqualTo(Map.of("alg", algorithm, "typ", "JWT", "kid", "id"));
			assertThat(jws.getPayload().toJSONObject()).isEqualTo(CLAIMS);
			assertThat(isSignedBy(pair.getPublic(), jws)).as(algorithm).isTrue();
		}
	}

	private static Stream<Arguments> pairs() {
		return Stream.of(arguments("RS256,PS256,RS384,PS384,RS512,PS512", RSA),
				arguments("PS256,PS384,PS512",
						pair("RSASSA-PSS", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4))),
				arguments("PS384", pair("RSASSA-PSS", limitedTo("SHA-384", MGF1ParameterSpec.SHA384, 48))),
				arguments("ES256", P256), arguments("ES384", P384),
				arguments("ES512", pair("EC", new ECGenParameterSpec("secp521r1"))),
				arguments("EdDSA,Ed25519", ED25519));
	}

	private static RSAKeyGenParameterSpec limitedTo(String hash, MGF1ParameterSpec mask, int salt) {
		return new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4,
				new PSSParameterSpec(hash, "MGF1", mask, salt, 1));
	}

	private static boolean isSignedBy(PublicKey key, JWSObject jws) throws GeneralSecurityException {
		Signature signature = switch (jws.getHeader().getAlgorithm().getName()) {
			case "RS256" -> Signature.getInstance("SHA256withRSA");
			case "RS384" -> Signature.getInstance("SHA384withRSA");
			case "RS512" -> Signature.getInstance("SHA512withRSA");
			case "PS256" -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
			case "PS384" -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
			case "PS512" -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
			case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
			case "ES384" -> Signature.getInstance("SHA384withECDSAinP1363Format");
			case "ES512" -> Signature.getInstance("SHA512withECDSAinP1363Format");
			default -> Signature.getInstance("Ed25519");
		};
		signature.initVerify(key);
		signature.update(jws.getSigningInput());
		return signature.verify(jws.getSignature().decode());
	}

	private static Signature pss(String hash, MGF1ParameterSpec mask, int salt) throws GeneralSecurityException {
		Signature signature = Signature.getInstance("RSASSA-PSS");
		signature.setParameter(new PSSParameterSpec(hash, "MGF1", mask, salt, 1));
		return signature;
	}

	@Test
	void signsWithASecretThatIsLongEnough() throws ParseException, JOSEException {
		SigningKey key = SigningKey.ofSecret(SECRET, null);
		assertThat(key.algorithms()).containsExactly("HS256", "HS384", "HS512");
		for (String algorithm : key.algorithms()) {
			JWSObject jws = JWSObject.parse(key.sign(algorithm, "", false, CLAIMS));
			assertThat(jws.getHeader().toJSONObject()).isEqualTo(Map.of("alg", algorithm));
			assertThat(jws.verify(new MACVerifier(SECRET))).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "32, HS256", "47, HS256", "48, HS256|HS384", "63, HS256|HS384" })
	void secretFitsHashesThatAreNotLonger(int length, String expected) {
		assertThat(SigningKey.ofSecret(SECRET.substring(0, length), null).algorithms())
			.isEqualTo(List.of(expected.split("\\|")));
	}

	@Test
	void secretIsAsLongAsItsBytes() {
		assertThat(SigningKey.ofSecret("canaryé€" + "ü".repeat(11), null).algorithms()).isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "31, , HS256, 32", "31, HS256, HS256, 32", "47, HS384, HS384, 48", "63, HS512, HS512, 64",
			"0, , HS256, 32" })
	void refusesAShortSecret(int length, String algorithm, String named, int wanted) {
		refused(() -> SigningKey.ofSecret(SECRET.substring(0, length), algorithm), "is too short to sign with " + named,
				"use a secret of " + wanted + " bytes or more, or another client-authentication-method");
	}

	@Test
	void signsWithTheConfiguredAlgorithmOnly() {
		SigningKey key = SigningKey.of(RSA.getPrivate(), null, null, "PS384");
		assertThat(key.algorithms()).containsExactly("PS384");
		assertThatIllegalArgumentException().isThrownBy(() -> key.sign("RS256", "JWT", false, CLAIMS));
		assertThat(SigningKey.ofSecret(SECRET, "HS384").algorithms()).containsExactly("HS384");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ES256", "HS256", "EdDSA", "none", "RS128" })
	void refusesAnAlgorithmOfAnotherKey(String algorithm) {
		refused(() -> SigningKey.of(RSA.getPrivate(), null, null, algorithm),
				"is an RSA key, which cannot sign with " + algorithm,
				"leave out assertion.algorithm, or write one of [RS256, PS256, RS384, PS384, RS512, PS512]");
	}

	@Test
	void refusesAnAlgorithmOfAnotherCurve() {
		refused(() -> SigningKey.of(P384.getPrivate(), null, null, "ES256"),
				"is an EC key on P-384, which cannot sign with ES256",
				"leave out assertion.algorithm, or write one of [ES384]");
		refused(() -> SigningKey.of(ED25519.getPrivate(), null, null, "ES256"),
				"is an Ed25519 key, which cannot sign with ES256",
				"leave out assertion.algorithm, or write one of [EdDSA, Ed25519]");
	}

	@Test
	void refusesAnAlgorithmOfPrivateKeysForASecret() {
		refused(() -> SigningKey.ofSecret(SECRET, "RS256"), "is a secret, which cannot sign with RS256",
				"leave out assertion.algorithm, or write one of [HS256, HS384, HS512]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary", "", "rs256", "RS256 " })
	void doesNotRepeatWhatIsNoAlgorithm(String algorithm) {
		refused(() -> SigningKey.of(P256.getPrivate(), null, null, algorithm),
				"is an EC key on P-256, which cannot sign with the unknown algorithm of assertion.algorithm",
				"leave out assertion.algorithm, or write one of [ES256]");
	}

	@Test
	void refusesAShortKey() {
		KeyPair pair = pair("RSA", new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4));
		refused(() -> SigningKey.of(pair.getPrivate(), null, null, null), "is an RSA key of 1024 bits",
				"make a key of 2048 bits or more");
	}

	@ParameterizedTest
	@CsvSource({ "DSA, of the type DSA", "X25519, of the type XDH", "Ed448, of the type Ed448" })
	void refusesAKeyOfAnotherType(String algorithm, String kind) {
		refused(() -> SigningKey.of(pair(algorithm, null).getPrivate(), null, null, null),
				"is a key " + kind + ", which cannot sign assertions",
				"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
	}

	@Test
	void refusesAKeyOnAnotherCurve() {
		refused(() -> SigningKey.of(new Secp256k1Key(), null, null, null),
				"is a key on secp256k1, which cannot sign assertions",
				"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
	}

	@Test
	void refusesAPssKeyThatIsLimitedToAnotherHash() {
		KeyPair pair = pair("RSASSA-PSS", limitedTo("SHA-1", MGF1ParameterSpec.SHA1, 20));
		refused(() -> SigningKey.of(pair.getPrivate(), null, null, null),
				"is a key that is limited to SHA-1, which cannot sign assertions",
				"use a key of the type RSA, EC (P-256, P-384, P-521) or Ed25519");
	}

	@Test
	void showsTheThumbprintOfItsCertificate() throws Exception {
		X509Certificate certificate = certificates.certificate("good");
		SigningKey key = SigningKey.of(certificates.key("good").pair().getPrivate(), certificate, null, null);
		assertThat(key.hasCertificate()).isTrue();
		JWSHeader header = JWSObject.parse(key.sign("ES256", "JWT", true, CLAIMS)).getHeader();
		assertThat(header.getX509CertSHA256Thumbprint().decode())
			.isEqualTo(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
		assertThat(JWSObject.parse(key.sign("ES256", "JWT", false, CLAIMS)).getHeader().toJSONObject())
			.containsOnlyKeys("alg", "typ");
	}

	@Test
	void refusesTheCertificateOfAnotherKey() throws Exception {
		X509Certificate certificate = certificates.certificate("good");
		for (KeyPair pair : List.of(P256, P384, RSA, ED25519)) {
			refused(() -> SigningKey.of(pair.getPrivate(), certificate, null, null),
					"does not belong to the certificate", "write the certificate that was issued for this key");
		}
	}

	@Test
	void showsNoThumbprintWithoutCertificate() {
		SigningKey key = SigningKey.of(P256.getPrivate(), null, null, null);
		assertThat(key.hasCertificate()).isFalse();
		refused(() -> key.sign("ES256", "JWT", true, CLAIMS), "has no certificate",
				"set assertion.certificate-location, or assertion.certificate-thumbprint to false");
	}

	@Test
	void equalsWhatSignsAlike() throws Exception {
		SigningKey key = SigningKey.of(certificates.key("good").pair().getPrivate(), null, "id", null);
		assertThat(key).isEqualTo(SigningKey.of(certificates.key("good").pair().getPrivate(), null, "id", "ES256"))
			.hasSameHashCodeAs(SigningKey.of(certificates.key("good").pair().getPrivate(), null, "id", "ES256"))
			.isNotEqualTo(SigningKey.of(certificates.key("good").pair().getPrivate(), null, "other", null))
			.isNotEqualTo(SigningKey.of(certificates.key("good").pair().getPrivate(), certificates.certificate("good"),
					"id", null))
			.isNotEqualTo(SigningKey.of(P256.getPrivate(), null, "id", null));
		assertThat(SigningKey.ofSecret(SECRET, null)).isEqualTo(SigningKey.ofSecret(SECRET, null))
			.isNotEqualTo(SigningKey.ofSecret(SECRET, "HS256"))
			.isNotEqualTo(SigningKey.ofSecret(SECRET + "x", null))
			.isNotEqualTo(key);
	}

	@Test
	void printsNoKey() {
		assertThat(SigningKey.of(P256.getPrivate(), null, "id", null))
			.hasToString("SigningKey[key=******, keyId=id, algorithms=[ES256]]");
		assertThat(SigningKey.ofSecret(SECRET, null))
			.hasToString("SigningKey[key=******, keyId=null, algorithms=[HS256, HS384, HS512]]");
		assertThat(new Credential<>(SECRET, "is new")).hasToString("Credential[value=******, remark=is new]");
	}

	private static void refused(ThrowingCallable call, String problem, String remedy) {
		assertThatExceptionOfType(InvalidCredentialException.class).isThrownBy(call)
			.withNoCause()
			.withMessage(problem + "; " + remedy)
			.satisfies((ex) -> {
				assertThat(ex.problem()).isEqualTo(problem);
				assertThat(ex.remedy()).isEqualTo(remedy);
				assertThat(Secrets.areIn(ex.toString())).isFalse();
			});
	}

	/**
	 * The JDK makes none any more.
	 */
	private static final class Secp256k1Key implements ECPrivateKey {

		private static final long serialVersionUID = 1L;

		@Override
		public ECParameterSpec getParams() {
			return Curve.SECP256K1.toECParameterSpec();
		}

		@Override
		public BigInteger getS() {
			return BigInteger.ONE;
		}

		@Override
		public String getAlgorithm() {
			return "EC";
		}

		@Override
		public String getFormat() {
			return "PKCS#8";
		}

		@Override
		public byte[] getEncoded() {
			return "canary".getBytes(StandardCharsets.UTF_8);
		}

	}

}
