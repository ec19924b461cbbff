// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.corpus.CorpusCa.Subject;
import io.fleetverifier.server.corpus.Vector.Report;
import io.fleetverifier.server.corpus.Vector.Stage;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Certificates of endorsement keys. The one trusted root is that of ek/roots; the verifier's time
 * is the first of June 2027.
 */
final class CertificateVectors {

  private static final String ROOT_NAME = "O=Infineon Technologies AG,CN=Negative Corpus Root";
  private static final String CA_NAME = "O=Infineon Technologies AG,CN=Negative Corpus CA 01";
  private static final CorpusCa ROOT = CorpusCa.of(ROOT_NAME, "root");
  private static final CorpusCa CA = CorpusCa.of(CA_NAME, "intermediate");

  /** Files that are not vectors themselves: the root, and intermediates. */
  static final String ROOTS = "ek/roots";

  private static final String INTERMEDIATE = "ek/intermediates/ca.der";
  private static final String LOOKALIKE = "ek/intermediates/lookalike.der";
  private static final String LEAF_AS_CA = "ek/intermediates/leaf-as-ca.der";

  private final List<Vector> vectors = new ArrayList<>();

  private CertificateVectors() {}

  static Map<String, Bytes> shared() {
    CorpusCa lookalike = CorpusCa.of(CA_NAME, "lookalike");
    return Map.of(
        ROOTS + "/root.pem",
        pem(ROOT.by(ROOT, subject -> {})),
        INTERMEDIATE,
        CA.by(ROOT, subject -> subject.serial = 2),
        LOOKALIKE,
        lookalike.by(CorpusCa.of(ROOT_NAME, "lookalike root"), subject -> subject.serial = 2),
        LEAF_AS_CA,
        leafAsCa());
  }

  private static final String LEAF_NAME = "CN=Negative Corpus EK";
  private static final String LEAF_LABEL = "endorsement key that issues";

  private static Bytes leafAsCa() {
    CorpusCa leaf = CorpusCa.of(LEAF_NAME, LEAF_LABEL);
    return CA.issue(subject -> {
      subject.name = LEAF_NAME;
      subject.key = leaf.key().info();
      subject.serial = 3;
    });
  }

  static List<Vector> all() {
    CertificateVectors made = new CertificateVectors();
    made.controls();
    made.issuers();
    made.contents();
    made.times();
    made.keys();
    made.encodings();
    return made.vectors;
  }

  private static Bytes pem(Bytes der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der.toArray());
    return Bytes.utf8("-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
  }

  private void refused(String name, String madeBy, Bytes der, String code, String... others) {
    vectors.add(
        Vector.refused(
                "ek/" + name,
                Stage.CERTIFICATE,
                List.of(10),
                madeBy,
                Map.of("der", der),
                Report.of("verdict", "refused", "code", code))
            .with(List.of(others)));
  }

  /** Issued by the right CA; only what is changed is wrong. */
  private void issued(String name, String madeBy, Consumer<Subject> change, String code) {
    refused(name, madeBy, CA.issue(change), code, INTERMEDIATE);
  }

  private void undecodable(String name, String madeBy, Bytes octets) {
    vectors.add(
        Vector.refused(
                "ek/" + name,
                Stage.DECODE,
                List.of(10, 30),
                madeBy,
                Map.of("der", octets),
                Report.undecodable("NOT_A_CERTIFICATE"))
            .with(List.of(INTERMEDIATE)));
  }

  private void controls() {
    vectors.add(
        Vector.control(
                "ek/control",
                "a right certificate by way of an intermediate",
                Map.of("der", CA.issue(subject -> {})),
                Report.of("verdict", "endorsed", "manufacturer", "IFX"))
            .with(List.of(INTERMEDIATE)));
    vectors.add(
        Vector.control(
                "ek/control-padded",
                "the same as NV memory holds it: sixteen octets FF behind it",
                Map.of(
                    "der",
                    Bytes.concat(
                        CA.issue(subject -> {}),
                        Bytes.fromHex("ffffffffffffffffffffffffffffffff"))),
                Report.of("verdict", "endorsed").finding("PADDING"))
            .with(List.of(INTERMEDIATE)));
  }

  private void issuers() {
    CorpusCa self = CorpusCa.of(LEAF_NAME, "endorsement key");
    Consumer<Subject> named = subject -> subject.name = LEAF_NAME;
    refused("self-signed", "signed by its own key", self.issue(named), "UNTRUSTED_ISSUER");
    refused(
        "self-signed-as-the-root",
        "signed by its own key, under the name of the root",
        CorpusCa.of(ROOT_NAME, "endorsement key").issue(subject -> subject.name = ROOT_NAME),
        "UNTRUSTED_ISSUER");
    refused(
        "by-a-lookalike-of-the-root",
        "issued under the root's name by another key",
        CorpusCa.of(ROOT_NAME, "lookalike root").issue(subject -> {}),
        "UNTRUSTED_ISSUER");
    refused(
        "by-a-lookalike-of-the-intermediate",
        "issued under the intermediate's name by another key, whose certificate comes along",
        CorpusCa.of(CA_NAME, "lookalike").issue(subject -> {}),
        "UNTRUSTED_ISSUER",
        LOOKALIKE,
        INTERMEDIATE);
    refused(
        "without-its-intermediate",
        "right, but nothing shows who the issuer is",
        CA.issue(subject -> {}),
        "UNTRUSTED_ISSUER");
    refused(
        "by-a-leaf",
        "issued by another endorsement key, which a vendor has certified, but not as a CA",
        CorpusCa.of(LEAF_NAME, LEAF_LABEL).issue(subject -> {}),
        "CA_UNFIT",
        LEAF_AS_CA,
        INTERMEDIATE);
    Bytes der = CA.issue(subject -> {});
    refused(
        "one-bit-of-the-signature",
        "the last bit",
        Bytes.concat(der.slice(0, der.size() - 1), Bytes.of(der.at(der.size() - 1) ^ 1)),
        "UNTRUSTED_ISSUER",
        INTERMEDIATE);
    issued(
        "signed-with-sha1",
        "the right CA has signed it over a SHA-1 digest",
        subject -> subject.sha1 = true,
        "WEAK_SIGNATURE");
  }

  private void contents() {
    issued(
        "certificate-of-a-ca",
        "everything of an endorsement key, and a CA's constraints",
        subject -> {
          subject.constraints = new BasicConstraints(true);
          subject.name = "CN=Negative Corpus Sub-CA";
        },
        "IS_CA");
    issued(
        "usage-of-an-attestation-key",
        "extended usage 2.23.133.8.3",
        subject -> subject.extendedUsage = "2.23.133.8.3",
        "NOT_AN_EK");
    issued(
        "usage-of-a-web-server",
        "extended usage 1.3.6.1.5.5.7.3.1",
        subject -> subject.extendedUsage = "1.3.6.1.5.5.7.3.1",
        "NOT_AN_EK");
    issued(
        "key-for-signing",
        "key usage digitalSignature",
        subject -> subject.usage = KeyUsage.digitalSignature,
        "KEY_USAGE");
    issued(
        "no-chip-named",
        "a subject, but no alternative name with maker, model and version",
        subject -> {
          subject.manufacturer = "";
          subject.name = LEAF_NAME;
        },
        "NO_TPM_ATTRIBUTES");
    issued(
        "name-not-critical",
        "no subject, and the alternative name is not marked critical",
        subject -> subject.nameCritical = false,
        "NAME_NOT_CRITICAL");
    issued(
        "chip-of-another-maker",
        "the manufacturer is AMD, the root Infineon's",
        subject -> subject.manufacturer = "id:414D4400",
        "MANUFACTURER");
    issued(
        "unknown-critical-extension",
        "a critical extension of nobody",
        subject -> subject.unknownCritical = true,
        "UNKNOWN_CRITICAL_EXTENSION");
    refused(
        "platform-certificate",
        "recorded: swtpm's platform certificate over the same key",
        EvidenceFolder.bytes(EvidenceFolder.boot("device-1", "platform.cert.der")),
        "NOT_AN_EK");
  }

  private void times() {
    issued(
        "not-valid-yet",
        "begins in 2080",
        subject -> subject.begin = Date.from(Instant.parse("2080-01-01T00:00:00Z")),
        "NOT_YET_VALID");
    vectors.add(
        Vector.refused(
                "ek/expired",
                Stage.POLICY,
                List.of(10),
                "ended in 2026. Chips live longer than their CAs: a verifier tells it, and refuses"
                    + " where its policy says so",
                Map.of(
                    "der",
                    CA.issue(
                        subject -> subject.end = Date.from(Instant.parse("2026-01-01T00:00:00Z")))),
                Report.of("verdict", "endorsed").finding("EXPIRED"))
            .with(List.of(INTERMEDIATE)));
  }

  private void keys() {
    issued(
        "key-of-the-faulty-generator",
        "an RSA modulus with the pattern of CVE-2017-15361 (ROCA)",
        subject -> {
          subject.key = rsa(faulty());
          subject.usage = KeyUsage.keyEncipherment;
        },
        "KEY_ROCA");
    issued(
        "key-of-1024-bits",
        "an RSA modulus of 1024 bits",
        subject -> {
          subject.key = rsa(BigInteger.ONE.shiftLeft(1023).add(BigInteger.valueOf(12345)));
          subject.usage = KeyUsage.keyEncipherment;
        },
        "KEY_WEAK");
    SubjectPublicKeyInfo right = CorpusKey.of("negative corpus: endorsement key").info();
    byte[] point = right.getPublicKeyData().getOctets();
    point[64] ^= 1;
    issued(
        "key-off-the-curve",
        "the last bit of y",
        subject ->
            subject.key =
                new SubjectPublicKeyInfo(right.getAlgorithm(), new DERBitString(point).getOctets()),
        "KEY_WEAK");
  }

  private static SubjectPublicKeyInfo rsa(BigInteger modulus) {
    try {
      return new SubjectPublicKeyInfo(
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
          new RSAPublicKey(modulus, BigInteger.valueOf(65537)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A power of 65537 modulo the product of the first primes, and of 2048 bits. */
  private static BigInteger faulty() {
    BigInteger primes = BigInteger.ONE;
    for (BigInteger prime = BigInteger.valueOf(3);
        prime.compareTo(BigInteger.valueOf(167)) <= 0;
        prime = prime.nextProbablePrime()) {
      primes = primes.multiply(prime);
    }
    BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12345), primes);
    BigInteger times = BigInteger.ONE.shiftLeft(2047).divide(primes).add(BigInteger.ONE);
    BigInteger modulus = power.add(primes.multiply(times));
    return modulus.testBit(0) ? modulus : modulus.add(primes);
  }

  private void encodings() {
    Bytes der = CA.issue(subject -> {});
    refused(
        "octets-behind",
        "four octets behind the certificate that are no padding",
        Bytes.concat(der, Bytes.of(1, 2, 3, 4)),
        "TRAILING_DATA",
        INTERMEDIATE);
    undecodable("empty", "no octets", Bytes.EMPTY);
    undecodable("cut-off", "the last octet is missing", der.slice(0, der.size() - 1));
    undecodable(
        "length-of-three-octets",
        "the outer length in three octets where two are enough",
        Bytes.concat(Bytes.of(0x30, 0x83, 0), der.slice(2)));
    undecodable(
        "length-without-end",
        "the outer length is indefinite, as BER allows, with an end of contents",
        Bytes.concat(Bytes.of(0x30, 0x80), der.slice(4), Bytes.of(0, 0)));
    undecodable(
        "length-of-two-gigabytes",
        "the outer length is 2147483647",
        Bytes.concat(Bytes.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff), der.slice(4)));
    undecodable("nested", "sequences in sequences, fifteen thousand deep", nested(15_000));
  }

  private static Bytes nested(int depth) {
    byte[] octets = new byte[4 * depth];
    for (int i = 0; i < depth; i++) {
      int inside = 4 * (depth - i - 1);
      octets[4 * i] = 0x30;
      octets[4 * i + 1] = (byte) 0x82;
      octets[4 * i + 2] = (byte) (inside >>> 8);
      octets[4 * i + 3] = (byte) inside;
    }
    return Bytes.copyOf(octets);
  }
}
