// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * An EK certificate as far as it matters here: for which key it is. Whether its path leads to a
 * vendor is not asked.
 *
 * @param der the certificate alone, without the padding of the NV index it came from
 * @param subjectPublicKeyInfo its key in the spelling of {@code TpmtPublic.subjectPublicKeyInfo()}
 */
record EkCertificate(Bytes der, Bytes subjectPublicKeyInfo) {

  /** Vendors have certified RSA keys under both identifiers. */
  private static final Set<ASN1ObjectIdentifier> RSA =
      Set.of(PKCSObjectIdentifiers.rsaEncryption, PKCSObjectIdentifiers.id_RSAES_OAEP);

  private static final AlgorithmIdentifier RSA_ENCRYPTION =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

  /**
   * Reads a certificate, after which only padding of 00 or FF may follow.
   *
   * @return nothing when it is no certificate of an RSA key or of a key on a named curve
   */
  static Optional<EkCertificate> read(Bytes bytes) {
    ByteArrayInputStream source = new ByteArrayInputStream(bytes.toArray());
    try (ASN1InputStream in = new ASN1InputStream(source)) {
      Certificate certificate = Certificate.getInstance(in.readObject());
      int size = bytes.size() - source.available();
      if (certificate == null || !isPadding(bytes.slice(size))) {
        return Optional.empty();
      }
      Bytes key = spelledAsHere(certificate.getSubjectPublicKeyInfo());
      return Optional.of(new EkCertificate(bytes.slice(0, size), key));
    } catch (IOException | RuntimeException e) {
      // A parser of foreign bytes may throw anything; the certificate is of no use then.
      return Optional.empty();
    }
  }

  private static boolean isPadding(Bytes rest) {
    for (int i = 0; i < rest.size(); i++) {
      if (rest.at(i) != rest.at(0) || (rest.at(i) != 0x00 && rest.at(i) != 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static Bytes spelledAsHere(SubjectPublicKeyInfo info) throws IOException {
    ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
    SubjectPublicKeyInfo respelled =
        RSA.contains(algorithm)
            ? new SubjectPublicKeyInfo(
                RSA_ENCRYPTION, RSAPublicKey.getInstance(info.parsePublicKey()))
            : ecKey(info);
    return Bytes.copyOf(respelled.getEncoded(ASN1Encoding.DER));
  }

  private static SubjectPublicKeyInfo ecKey(SubjectPublicKeyInfo info) {
    if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      throw new IllegalArgumentException("neither an RSA nor an EC key");
    }
    ASN1ObjectIdentifier curve =
        ASN1ObjectIdentifier.getInstance(info.getAlgorithm().getParameters());
    X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
    byte[] point = info.getPublicKeyData().getOctets();
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve),
        parameters.getCurve().decodePoint(point).getEncoded(false));
  }
}
