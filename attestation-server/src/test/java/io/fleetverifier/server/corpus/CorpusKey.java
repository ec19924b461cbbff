// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;
import org.bouncycastle.asn1.nist.NISTNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;

/** A P-256 key that anybody can make from its label: worth nothing but the same every time. */
final class CorpusKey {

  private static final X9ECParameters CURVE = NISTNamedCurves.getByName("P-256");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  private final BigInteger secret;

  private CorpusKey(BigInteger secret) {
    this.secret = secret;
  }

  static CorpusKey of(String label) {
    BigInteger number = new BigInteger(1, Bytes.utf8(label).sha256().toArray());
    return new CorpusKey(number.mod(CURVE.getN().subtract(BigInteger.ONE)).add(BigInteger.ONE));
  }

  /** ECDSA over a digest with the nonce of RFC 6979: r and s. */
  BigInteger[] sign(Bytes digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    return signer.generateSignature(digest.toArray());
  }

  Bytes x() {
    return Bytes.copyOf(point().getAffineXCoord().getEncoded());
  }

  Bytes y() {
    return Bytes.copyOf(point().getAffineYCoord().getEncoded());
  }

  static Bytes order() {
    return fixed(CURVE.getN());
  }

  SubjectPublicKeyInfo info() {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
        point().getEncoded(false));
  }

  private ECPoint point() {
    return CURVE.getG().multiply(secret).normalize();
  }

  /** Big-endian, 32 octets. */
  static Bytes fixed(BigInteger value) {
    byte[] minimal = value.toByteArray();
    byte[] fixed = new byte[32];
    int size = Math.min(32, minimal.length);
    System.arraycopy(minimal, minimal.length - size, fixed, 32 - size, size);
    return Bytes.copyOf(fixed);
  }
}
