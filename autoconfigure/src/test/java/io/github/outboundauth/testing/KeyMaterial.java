/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Keys, and the files they are kept in.
 */
public final class KeyMaterial {

	public static final String PASSWORD = "canary password";

	public static final KeyPair RSA = pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));

	public static final KeyPair EC = pair("EC", new ECGenParameterSpec("secp256r1"));

	public static final KeyPair ED25519 = pair("Ed25519", null);

	private KeyMaterial() {
	}

	public static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
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

	/**
	 * A block of a PEM file.
	 */
	public static String pem(String label, byte[] content) {
		return "-----BEGIN " + label + "-----\n"
				+ Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content) + "\n-----END " + label
				+ "-----\n";
	}

	/**
	 * The form that openssl genpkey writes.
	 */
	public static String pkcs8(PrivateKey key) {
		return pem("PRIVATE KEY", key.getEncoded());
	}

	/**
	 * PKCS#8, encrypted with {@link #PASSWORD}.
	 */
	public static String encrypted(PrivateKey key) {
		try {
			String algorithm = "PBEWithHmacSHA256AndAES_256";
			Cipher cipher = Cipher.getInstance(algorithm);
			cipher.init(Cipher.ENCRYPT_MODE,
					SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
			return pem("ENCRYPTED PRIVATE KEY",
					new EncryptedPrivateKeyInfo(cipher.getParameters(), cipher.doFinal(key.getEncoded())).getEncoded());
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A PKCS#12 file with a key and its certificate for each alias, made with the JDK's
	 * keytool.
	 */
	public static Path keyStore(Path file, String... aliases) throws IOException, InterruptedException {
		for (String alias : aliases) {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-storetype", "PKCS12",
					"-keystore", file.toString(), "-storepass", PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
				process.destroyForcibly();
				throw new IllegalStateException("keytool made no key " + alias);
			}
		}
		return file;
	}

	/**
	 * The private key of an alias.
	 */
	public static PrivateKey key(Path file, String alias) throws IOException, GeneralSecurityException {
		return (PrivateKey) load(file).getKey(alias, PASSWORD.toCharArray());
	}

	/**
	 * The certificate of an alias.
	 */
	public static X509Certificate certificate(Path file, String alias) throws IOException, GeneralSecurityException {
		return (X509Certificate) load(file).getCertificate(alias);
	}

	private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(file)) {
			keyStore.load(stream, PASSWORD.toCharArray());
		}
		return keyStore;
	}

}
