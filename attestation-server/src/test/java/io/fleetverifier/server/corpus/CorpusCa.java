// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/** A CA of a made-up vendor; the same certificates every time. */
record CorpusCa(String name, CorpusKey key) {

  static final Date BEGIN = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
  static final Date END = Date.from(Instant.parse("2090-01-01T00:00:00Z"));

  /** What a certificate says. */
  static final class Subject {
    SubjectPublicKeyInfo key = CorpusKey.of("negative corpus: endorsement key").info();
    String name = "";
    int serial = 1;
    Date begin = BEGIN;
    Date end = END;
    BasicConstraints constraints = new BasicConstraints(false);
    int usage = KeyUsage.keyAgreement;
    String extendedUsage = "2.23.133.8.1";
    String manufacturer = "id:49465800";
    String model = "SLB 9999";
    String version = "id:00070001";
    boolean nameCritical = true;
    boolean unknownCritical;
    boolean sha1;
  }

  static CorpusCa of(String name, String label) {
    return new CorpusCa(name, CorpusKey.of("negative corpus: " + label));
  }

  /** A certificate of an endorsement key. */
  Bytes issue(Consumer<Subject> change) {
    Subject subject = new Subject();
    change.accept(subject);
    X509v3CertificateBuilder builder = builder(subject);
    try {
      builder.addExtension(Extension.basicConstraints, true, subject.constraints);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(subject.usage));
      KeyPurposeId purpose =
          KeyPurposeId.getInstance(new ASN1ObjectIdentifier(subject.extendedUsage));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      if (!subject.manufacturer.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName, subject.nameCritical, names(subject));
      }
      if (subject.unknownCritical) {
        builder.addExtension(
            new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, new DERUTF8String("x"));
      }
      return Bytes.copyOf(builder.build(new Signer(key, subject.sha1)).getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A certificate of this CA by another. */
  Bytes by(CorpusCa issuer, Consumer<Subject> change) {
    Subject subject = new Subject();
    subject.name = name;
    subject.key = key.info();
    subject.constraints = new BasicConstraints(true);
    subject.usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    change.accept(subject);
    X509v3CertificateBuilder builder = issuer.builder(subject);
    try {
      builder.addExtension(Extension.basicConstraints, true, subject.constraints);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(subject.usage));
      return Bytes.copyOf(builder.build(new Signer(issuer.key, subject.sha1)).getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private X509v3CertificateBuilder builder(Subject subject) {
    return new X509v3CertificateBuilder(
        new X500Name(name),
        BigInteger.valueOf(subject.serial),
        subject.begin,
        subject.end,
        new X500Name(subject.name),
        subject.key);
  }

  private static GeneralNames names(Subject subject) {
    X500NameBuilder names = new X500NameBuilder();
    names.addRDN(new ASN1ObjectIdentifier("2.23.133.2.1"), new DERUTF8String(subject.manufacturer));
    names.addRDN(new ASN1ObjectIdentifier("2.23.133.2.2"), new DERUTF8String(subject.model));
    names.addRDN(new ASN1ObjectIdentifier("2.23.133.2.3"), new DERUTF8String(subject.version));
    return new GeneralNames(new GeneralName(names.build()));
  }

  private static final class Signer implements ContentSigner {
    private final CorpusKey key;
    private final boolean sha1;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    Signer(CorpusKey key, boolean sha1) {
      this.key = key;
      this.sha1 = sha1;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(
          sha1 ? X9ObjectIdentifiers.ecdsa_with_SHA1 : X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
      return content;
    }

    @Override
    public byte[] getSignature() {
      try {
        MessageDigest digest = MessageDigest.getInstance(sha1 ? "SHA-1" : "SHA-256");
        BigInteger[] pair = key.sign(Bytes.copyOf(digest.digest(content.toByteArray())));
        ASN1Integer[] numbers = {new ASN1Integer(pair[0]), new ASN1Integer(pair[1])};
        return new DERSequence(numbers).getEncoded(ASN1Encoding.DER);
      } catch (NoSuchAlgorithmException | IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
