/*
 * Copyright 2026 the Outbound Auth authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.outboundauth.endpoint.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.X509CertUtils;
import org.jspecify.annotations.Nullable;

/**
 * Signs what the client says: a private key, or a secret that serves as one. Two are
 * equal when key, certificate, id and algorithms are. Immutable and thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-3">RFC 7518 section 3</a>
 */
public final class SigningKey {

	private final Key key;

	private final @Nullable X509Certificate certificate;

	private final @Nullable String keyId;

	private final List<String> algorithms;

	private SigningKey(Key key, @Nullable X509Certificate certificate, @Nullable String keyId,
			List<String> algorithms) {
		this.key = key;
		this.certificate = certificate;
		this.keyId = keyId;
		this.algorithms = algorithms;
	}

	/**
	 * Create a signing key of a private key.
	 * @param key an RSA key of 2048 bits or more, an EC key on P-256, P-384 or P-521, or
	 * an Ed25519 key
	 * @param certificate its certificate, for the header {@code x5t#S256}
	 * @param keyId the header {@code kid}
	 * @param algorithm the algorithm to sign with; {@code null} for all that fit
	 * @throws InvalidCredentialException if the key cannot sign assertions, or not with
	 * the algorithm, or if the certificate is of another key
	 */
	public static SigningKey of(PrivateKey key, @Nullable X509Certificate certificate, @Nullable String keyId,
			@Nullable String algorithm) {
		List<String> algorithms = KeyType.of(key).choose(algorithm);
		if (certificate != null && !belongTogether(key, certificate)) {
			throw new InvalidCredentialException("does not belong to the certificate",
					"write the certificate that was issued for this key");
		}
		return new SigningKey(key, certificate, keyId, algorithms);
	}

	/**
	 * Create a signing key of a client secret.
	 * @param secret the secret; its UTF-8 bytes are the key, at least as many as the hash
	 * of the algorithm has (RFC 7518 section 3.2)
	 * @param algorithm HS256, HS384 or HS512; {@code null} for all that fit
	 * @throws InvalidCredentialException if the secret is too short, or the algorithm is
	 * another one
	 */
	public static SigningKey ofSecret(String secret, @Nullable String algorithm) {
		byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
		List<String> wanted = KeyType.SECRET.choose(algorithm);
		List<String> fitting = wanted.stream().filter((name) -> hashLength(name) <= bytes.length).toList();
		if (fitting.isEmpty()) {
			throw new InvalidCredentialException("is too short to sign with " + wanted.get(0), "use a secret of "
					+ hashLength(wanted.get(0)) + " bytes or more, or another client-authentication-method");
		}
		return new SigningKey(new SecretKeySpec(bytes, "HMAC"), null, null, fitting);
	}

	private static int hashLength(String algorithm) {
		return Integer.parseInt(algorithm.substring(2)) / Byte.SIZE;
	}

	/**
	 * Whether a certificate is that of a private key.
	 */
	public static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
		PublicKey publicKey = certificate.getPublicKey();
		if (key instanceof RSAKey rsa) {
			return publicKey instanceof RSAKey other && other.getModulus().equals(rsa.getModulus());
		}
		String algorithm = switch (key.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "EC" -> "SHA256withECDSA";
			default -> key.getAlgorithm();
		};
		byte[] probe = algorithm.getBytes(StandardCharsets.UTF_8);
		try {
			Signature signature = Signature.getInstance(algorithm);
			signature.initSign(key);
			signature.update(probe);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update(probe);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	/**
	 * The algorithms it signs with, the preferred first: the one that is configured, or
	 * all that fit.
	 */
	public List<String> algorithms() {
		return this.algorithms;
	}

	/**
	 * Whether the header {@code x5t#S256} can be made.
	 */
	public boolean hasCertificate() {
		return this.certificate != null;
	}

	/**
	 * What an operator should know of the key: that its certificate ends soon.
	 * @return a sentence without full stop, or {@code null}
	 */
	public @Nullable String remark(Instant now) {
		String warning = (this.certificate != null)
				? new CertificateEnd(this.certificate.getNotAfter().toInstant()).warning(now) : null;
		return (warning != null) ? "the certificate of the key that signs assertions " + warning + "; have it renewed"
				: null;
	}

	/**
	 * Sign claims.
	 * @param algorithm one of the algorithms
	 * @param type the header {@code typ}; none if empty
	 * @param certificateThumbprint whether to send the header {@code x5t#S256}
	 * @return the JWS in compact serialization
	 * @throws IllegalArgumentException if the algorithm is another one
	 * @throws InvalidCredentialException if the certificate is missing, or the key is out
	 * of order
	 */
	String sign(String algorithm, String type, boolean certificateThumbprint, Map<String, Object> claims) {
		if (!this.algorithms.contains(algorithm)) {
			throw new IllegalArgumentException("the key does not sign with " + algorithm);
		}
		JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).keyID(this.keyId);
		if (!type.isEmpty()) {
			header.type(new JOSEObjectType(type));
		}
		if (certificateThumbprint) {
			if (this.certificate == null) {
				throw new InvalidCredentialException("has no certificate",
						"set assertion.certificate-location, or assertion.certificate-thumbprint to false");
			}
			header.x509CertSHA256Thumbprint(X509CertUtils.computeSHA256Thumbprint(this.certificate));
		}
		JWSObject jws = new JWSObject(header.build(), new Payload(claims));
		try {
			jws.sign(signer(algorithm));
		}
		catch (JOSEException ex) {
			throw new InvalidCredentialException("cannot sign with " + algorithm,
					"check the provider or the device of the key");
		}
		return jws.serialize();
	}

	private JWSSigner signer(String algorithm) throws JOSEException {
		if (this.key instanceof PrivateKey privateKey) {
			return switch (algorithm) {
				case "ES256" -> new ECDSASigner(privateKey, Curve.P_256);
				case "ES384" -> new ECDSASigner(privateKey, Curve.P_384);
				case "ES512" -> new ECDSASigner(privateKey, Curve.P_521);
				case "EdDSA", "Ed25519" -> new EdwardsSigner(privateKey);
				default -> new RSASSASigner(privateKey);
			};
		}
		return new MACSigner((SecretKey) this.key);
	}

	@Override
	public boolean equals(@Nullable Object object) {
		return object instanceof SigningKey other && this.key.equals(other.key)
				&& Objects.equals(this.certificate, other.certificate) && Objects.equals(this.keyId, other.keyId)
				&& this.algorithms.equals(other.algorithms);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.key, this.certificate, this.keyId, this.algorithms);
	}

	@Override
	public String toString() {
		return "SigningKey[key=******, keyId=" + this.keyId + ", algorithms=" + this.algorithms + "]";
	}

}
