/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

/**
 * A key pair in all the forms that it has in files. Its private key counts as a secret.
 *
 * @param id its id in a JWK set
 * @param pair the public and the private key
 */
public record TestKey(String id, KeyPair pair) {

	/** Encrypts private keys. */
	public static final String PASSWORD = "canary-password";

	private static final String ENCRYPTION = "PBEWithHmacSHA256AndAES_256";

	private static final HexFormat HEX = HexFormat.of();

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int SEQUENCE = 0x30;

	private static final int OCTET_STRING = 0x04;

	private static final int PARAMETERS = 0xA0;

	public TestKey {
		String encoded = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
		Secrets.add(encoded.substring(encoded.length() - 20));
	}

	public static TestKey rsa(String id, int bits) {
		return new TestKey(id, pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4)));
	}

	/**
	 * Create a key pair on a curve.
	 * @param id its id in a JWK set
	 * @param curve its name as the JDK knows it, such as {@code secp256r1}
	 */
	public static TestKey ec(String id, String curve) {
		return new TestKey(id, pair("EC", new ECGenParameterSpec(curve)));
	}

	public static TestKey ed25519(String id) {
		return new TestKey(id, pair("EdDSA", NamedParameterSpec.ED25519));
	}

	private static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
			generator.initialize(parameters);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The private key in PKCS#8, the form for all algorithms.
	 */
	public String pkcs8() {
		return pem("PRIVATE KEY", this.pair.getPrivate().getEncoded());
	}

	/**
	 * PKCS#8, encrypted with the password as OpenSSL does it: PBES2 of PBKDF2 with
	 * HMAC-SHA-256 and AES-256.
	 */
	public String encryptedPkcs8() throws GeneralSecurityException {
		byte[] salt = new byte[8];
		byte[] iv = new byte[16];
		RANDOM.nextBytes(salt);
		RANDOM.nextBytes(iv);
		Cipher cipher = Cipher.getInstance(ENCRYPTION);
		cipher.init(Cipher.ENCRYPT_MODE,
				SecretKeyFactory.getInstance(ENCRYPTION).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())),
				new PBEParameterSpec(salt, 2048, new IvParameterSpec(iv)));
		// The JDK knows how to write this down from version 19 on.
		byte[] algorithm = HEX
			.parseHex("305706092A864886F70D01050D304A302906092A864886F70D01050C301C0408" + HEX.formatHex(salt)
					+ "02020800300C06082A864886F70D02090500301D060960864801650304012A0410" + HEX.formatHex(iv));
		return pem("ENCRYPTED PRIVATE KEY",
				der(SEQUENCE, algorithm, der(OCTET_STRING, cipher.doFinal(this.pair.getPrivate().getEncoded()))));
	}

	/**
	 * The older form of RSA keys: PKCS#8 without the 26 bytes that say that it is RSA.
	 */
	public String pkcs1() {
		byte[] encoded = this.pair.getPrivate().getEncoded();
		return pem("RSA PRIVATE KEY", Arrays.copyOfRange(encoded, 26, encoded.length));
	}

	/**
	 * The older form of keys on a curve (RFC 5915).
	 */
	public String sec1() throws GeneralSecurityException, IOException {
		ECPrivateKey key = (ECPrivateKey) this.pair.getPrivate();
		byte[] number = ECKey.encodeCoordinate(key.getParams().getCurve().getField().getFieldSize(), key.getS())
			.decode();
		AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
		curve.init(key.getParams());
		byte[] version = { 2, 1, 1 };
		return pem("EC PRIVATE KEY",
				der(SEQUENCE, version, der(OCTET_STRING, number), der(PARAMETERS, curve.getEncoded())));
	}

	public String publicPem() {
		return pem("PUBLIC KEY", this.pair.getPublic().getEncoded());
	}

	/**
	 * The pair as a JWK.
	 */
	public JWK jwk() {
		JWK jwk = convert();
		Secrets.add(jwk.toJSONObject().get("d").toString());
		return jwk;
	}

	private JWK convert() {
		if (this.pair.getPublic() instanceof RSAPublicKey key) {
			return new RSAKey.Builder(key).privateKey(this.pair.getPrivate()).keyID(this.id).build();
		}
		if (this.pair.getPublic() instanceof ECPublicKey key) {
			return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key).privateKey(this.pair.getPrivate())
				.keyID(this.id)
				.build();
		}
		return new OctetKeyPair.Builder(Curve.Ed25519, last32(this.pair.getPublic().getEncoded()))
			.d(last32(this.pair.getPrivate().getEncoded()))
			.keyID(this.id)
			.build();
	}

	private static Base64URL last32(byte[] encoded) {
		return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
	}

	private static byte[] der(int tag, byte[]... parts) {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		Arrays.stream(parts).forEach(content::writeBytes);
		ByteArrayOutputStream element = new ByteArrayOutputStream();
		element.write(tag);
		if (content.size() > 0xFF) {
			element.write(0x82);
			element.write(content.size() >> 8);
		}
		else if (content.size() > 0x7F) {
			element.write(0x81);
		}
		element.write(content.size());
		element.writeBytes(content.toByteArray());
		return element.toByteArray();
	}

	/**
	 * A block of a PEM file.
	 */
	public static String pem(String type, byte[] content) {
		byte[] newLine = { '\n' };
		return "-----BEGIN " + type + "-----\n"
				+ new String(Base64.getMimeEncoder(64, newLine).encode(content), StandardCharsets.US_ASCII)
				+ "\n-----END " + type + "-----\n";
	}

	@Override
	public String toString() {
		return this.id;
	}

}
