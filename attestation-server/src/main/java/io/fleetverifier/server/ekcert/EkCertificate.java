// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EccCurve;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuPublicId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A certificate that may be one of an endorsement key, read but not judged.
 *
 * @param der the certificate alone
 * @param x509 the same, decoded
 * @param key the key as a TPM would show it, so that one test of keys serves both
 * @param encryptionOnly whether the key's own identifier (RSAES-OAEP) rules out signing
 * @param identity what it says of the chip, where it says so
 * @param findings of how it was stored
 */
public record EkCertificate(
    Bytes der,
    X509Certificate x509,
    TpmtPublic key,
    boolean encryptionOnly,
    Optional<TpmIdentity> identity,
    List<EkFinding> findings) {

  /** Vendors have certified RSA keys under both identifiers. */
  private static final Set<ASN1ObjectIdentifier> RSA =
      Set.of(PKCSObjectIdentifiers.rsaEncryption, PKCSObjectIdentifiers.id_RSAES_OAEP);

  private static final int ONLY_EXPONENT = 65537;

  /**
   * Reads what an NV index or a file holds: a DER certificate, perhaps with padding of one repeated
   * octet behind it and a TPM 1.2 wrapper around it.
   *
   * @throws EkCertificateException for anything else; nothing else is thrown
   */
  public static EkCertificate read(Bytes stored) {
    StoredCertificate cut = StoredCertificate.cut(stored);
    try {
      Certificate decoded = Certificate.getInstance(cut.der().toArray());
      if (decoded == null) {
        throw new IllegalArgumentException("no certificate");
      }
      SubjectPublicKeyInfo info = decoded.getSubjectPublicKeyInfo();
      requireWholeOctets(decoded.getSignature());
      requireWholeOctets(info.getPublicKeyData());
      requireCriticalName(decoded);
      boolean rsa = RSA.contains(info.getAlgorithm().getAlgorithm());
      return new EkCertificate(
          cut.der(),
          x509(cut.der()),
          rsa ? rsaKey(info) : ecKey(info),
          PKCSObjectIdentifiers.id_RSAES_OAEP.equals(info.getAlgorithm().getAlgorithm()),
          TpmAttributes.of(decoded),
          cut.findings());
    } catch (EkCertificateException refused) {
      throw refused;
    } catch (CertificateException | IOException | RuntimeException foreign) {
      // Parsers of foreign bytes throw what they like; all of it means the same here.
      throw notACertificate(cut.der());
    }
  }

  /** Nothing signs the count of bits left over in a signature, and Java does not look at it. */
  private static void requireWholeOctets(ASN1BitString bits) {
    if (bits.getPadBits() != 0) {
      throw new EkCertificateException(
          EkRefusal.NOT_A_CERTIFICATE, "a key or signature that is not of whole octets");
    }
  }

  /** Java refuses such a certificate as a whole; asking first gives the refusal its own code. */
  private static void requireCriticalName(Certificate decoded) {
    Extensions extensions = decoded.getTBSCertificate().getExtensions();
    Extension name =
        extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
    boolean unnamed = decoded.getSubject().getRDNs().length == 0;
    if (unnamed && name != null && !name.isCritical()) {
      throw new EkCertificateException(
          EkRefusal.NAME_NOT_CRITICAL, "the only name of the subject is not marked critical");
    }
  }

  private static EkCertificateException notACertificate(Bytes der) {
    return AttributeCertificates.isOne(der)
        ? new EkCertificateException(
            EkRefusal.ATTRIBUTE_CERTIFICATE, "an attribute certificate, which certifies no key")
        : new EkCertificateException(EkRefusal.NOT_A_CERTIFICATE, "not an X.509 certificate");
  }

  private static X509Certificate x509(Bytes der) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der.toArray()));
  }

  private static TpmtPublic rsaKey(SubjectPublicKeyInfo info) throws IOException {
    RSAPublicKey key = RSAPublicKey.getInstance(info.parsePublicKey());
    if (!key.getPublicExponent().equals(BigInteger.valueOf(ONLY_EXPONENT))) {
      throw new EkCertificateException(EkRefusal.KEY_WEAK, "an exponent other than 65537");
    }
    BigInteger modulus = key.getModulus();
    EkTemplate template =
        switch (modulus.bitLength()) {
          case 2048 -> EkTemplate.L1;
          case 3072 -> EkTemplate.H6;
          case 4096 -> EkTemplate.H7;
          default ->
              throw new EkCertificateException(
                  modulus.bitLength() < 2048 ? EkRefusal.KEY_WEAK : EkRefusal.KEY_KIND,
                  "an RSA key of " + modulus.bitLength() + " bits");
        };
    return template.template().withUnique(new TpmuPublicId.Rsa(unsigned(modulus)));
  }

  private static TpmtPublic ecKey(SubjectPublicKeyInfo info) {
    if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      throw new EkCertificateException(EkRefusal.KEY_KIND, "neither an RSA nor an EC key");
    }
    ASN1ObjectIdentifier curve =
        ASN1ObjectIdentifier.getInstance(info.getAlgorithm().getParameters());
    EkTemplate template = templateOf(curve.getId());
    X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
    ECPoint point;
    try {
      point = parameters.getCurve().decodePoint(info.getPublicKeyData().getOctets());
    } catch (IllegalArgumentException offCurve) {
      throw new EkCertificateException(EkRefusal.KEY_WEAK, "a point that is not on its curve");
    }
    if (point.isInfinity()) {
      throw new EkCertificateException(EkRefusal.KEY_WEAK, "the point at infinity");
    }
    return template
        .template()
        .withUnique(
            new TpmuPublicId.Ecc(
                Bytes.copyOf(point.getAffineXCoord().getEncoded()),
                Bytes.copyOf(point.getAffineYCoord().getEncoded())));
  }

  private static EkTemplate templateOf(String curve) {
    if (curve.equals(EccCurve.P256.oid())) {
      return EkTemplate.L2;
    }
    if (curve.equals(EccCurve.P384.oid())) {
      return EkTemplate.H3;
    }
    if (curve.equals(EccCurve.P521.oid())) {
      return EkTemplate.H4;
    }
    throw new EkCertificateException(EkRefusal.KEY_KIND, "a key on the curve " + curve);
  }

  private static Bytes unsigned(BigInteger value) {
    byte[] octets = value.toByteArray();
    return Bytes.copyOf(octets, octets[0] == 0 ? 1 : 0, octets.length);
  }

  /** Whether it is of the key that a TPM shows in this public area. */
  public boolean isOf(TpmtPublic shown) {
    return key.unique() instanceof TpmuPublicId.Rsa(Bytes modulus)
        ? shown.unique() instanceof TpmuPublicId.Rsa(Bytes other) && modulus.equals(other)
        : shown.keyProblem().isEmpty()
            && key.keyProblem().isEmpty()
            && key.subjectPublicKeyInfo().equals(shown.subjectPublicKeyInfo());
  }

  /** The kind of key in the words of the profile, such as {@code RSA-2048} or {@code P-256}. */
  public String keyLabel() {
    return switch (key.unique()) {
      case TpmuPublicId.Rsa(Bytes modulus) -> "RSA-" + 8 * modulus.size();
      case TpmuPublicId.Ecc(Bytes x, Bytes y) ->
          switch (x.size()) {
            case 32 -> "P-256";
            case 48 -> "P-384";
            default -> "P-521";
          };
      case TpmuPublicId.KeyedHash ignored -> throw new IllegalStateException("not a key pair");
      case TpmuPublicId.SymCipher ignored -> throw new IllegalStateException("not a key pair");
    };
  }

  /** The SHA-256 digest of the certificate. */
  public Bytes fingerprint() {
    return der.sha256();
  }
}
