// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A CA of a made-up vendor, able to get any one thing wrong. */
public final class TestCa {

  public static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");
  public static final Instant END = Instant.parse("2040-01-01T00:00:00Z");
  public static final KeyPair EK = ec();

  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final KeyPair key;
  private final X500Name name;
  private final X509Certificate certificate;

  private TestCa(X500Name name, KeyPair key, @Nullable TestCa parent, Consumer<Ca> change) {
    this.name = name;
    this.key = key;
    Ca ca = new Ca();
    change.accept(ca);
    TestCa issuer = parent == null ? this : parent;
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            issuer.name,
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(ca.begin),
            Date.from(ca.end),
            this.name,
            SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
    try {
      builder.addExtension(Extension.basicConstraints, true, ca.constraints);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(ca.usage));
    } catch (CertIOException e) {
      throw new AssertionError(e);
    }
    this.certificate = parse(sign(builder, issuer.key, ca.algorithm));
  }

  /** What a CA certificate says. */
  public static final class Ca {
    BasicConstraints constraints = new BasicConstraints(true);
    int usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    Instant begin = BEGIN;
    Instant end = END;
    String algorithm = "SHA256withECDSA";
  }

  /** What an EK certificate says. */
  public static final class Leaf {
    public SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(EK.getPublic().getEncoded());
    public String subject = "";
    public @Nullable BasicConstraints constraints = new BasicConstraints(false);
    public String extendedUsage = "2.23.133.8.1";
    public int usage = KeyUsage.keyAgreement;
    public String manufacturer = "id:49465800";
    public String model = "SLB 9999";
    public String version = "id:00070001";
    public boolean nameCritical = true;
    public boolean unknownCritical;
    public Instant begin = BEGIN;
    public Instant end = END;
    public String algorithm = "SHA256withECDSA";
    public BigInteger serial = BigInteger.valueOf(SERIAL.getAndIncrement());
  }

  public static TestCa root() {
    return root("O=Infineon Technologies AG,CN=Test Root");
  }

  public static TestCa root(String name) {
    return root(new X500Name(name), ec(), ca -> {});
  }

  public static TestCa root(Consumer<Ca> change) {
    return root(new X500Name("O=Infineon Technologies AG,CN=Test Root"), ec(), change);
  }

  public static TestCa root(X500Name name, KeyPair key, Consumer<Ca> change) {
    return new TestCa(name, key, null, change);
  }

  public TestCa below(String name, Consumer<Ca> change) {
    return new TestCa(new X500Name(name), ec(), this, change);
  }

  /** Another certificate of this CA's name and key, issued by another one. */
  public TestCa twinBelow(TestCa other) {
    return new TestCa(name, key, other, ca -> {});
  }

  public TestCa below() {
    return below("O=Infineon Technologies AG,CN=Test CA 01", ca -> {});
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public Bytes der() {
    try {
      return Bytes.copyOf(certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** SHA-256 of the SubjectPublicKeyInfo. */
  public Bytes keyFingerprint() {
    return Bytes.copyOf(key.getPublic().getEncoded()).sha256();
  }

  public VendorRoots.Pinned pinned() {
    return VendorRoots.Pinned.of(certificate, Optional.empty());
  }

  public Bytes issue() {
    return issue(leaf -> {});
  }

  public Bytes issue(Consumer<Leaf> change) {
    Leaf leaf = new Leaf();
    change.accept(leaf);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            leaf.serial,
            Date.from(leaf.begin),
            Date.from(leaf.end),
            new X500Name(leaf.subject),
            leaf.key);
    try {
      if (leaf.constraints != null) {
        builder.addExtension(Extension.basicConstraints, true, leaf.constraints);
      }
      if (leaf.usage != 0) {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(leaf.usage));
      }
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              KeyPurposeId.getInstance(new ASN1ObjectIdentifier(leaf.extendedUsage))));
      builder.addExtension(Extension.subjectAlternativeName, leaf.nameCritical, names(leaf));
      if (leaf.unknownCritical) {
        builder.addExtension(
            new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, new DERUTF8String("x"));
      }
    } catch (CertIOException e) {
      throw new AssertionError(e);
    }
    return sign(builder, key, leaf.algorithm);
  }

  private static GeneralNames names(Leaf leaf) {
    X500NameBuilder names = new X500NameBuilder();
    add(names, "2.23.133.2.1", leaf.manufacturer);
    add(names, "2.23.133.2.2", leaf.model);
    add(names, "2.23.133.2.3", leaf.version);
    ASN1EncodableVector all = new ASN1EncodableVector();
    all.add(new GeneralName(names.build()));
    return GeneralNames.getInstance(new org.bouncycastle.asn1.DERSequence(all));
  }

  private static void add(X500NameBuilder names, String type, String value) {
    if (!value.isEmpty()) {
      names.addRDN(new ASN1ObjectIdentifier(type), new DERUTF8String(value));
    }
  }

  public X509CRL revocations(Instant next, X509Certificate... revoked) {
    return revocations(BEGIN, next, list -> {}, revoked);
  }

  public X509CRL revocations(
      Instant begin, Instant next, Consumer<X509v2CRLBuilder> change, X509Certificate... revoked) {
    X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(begin));
    change.accept(builder);
    builder.setNextUpdate(Date.from(next));
    for (X509Certificate certificate : revoked) {
      builder.addCRLEntry(certificate.getSerialNumber(), Date.from(BEGIN), CRLReason.keyCompromise);
    }
    try {
      byte[] encoded =
          builder
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
              .getEncoded();
      return (X509CRL) VendorRoots.factory().generateCRL(new ByteArrayInputStream(encoded));
    } catch (OperatorCreationException | IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static X509Certificate parse(Bytes der) {
    try {
      return (X509Certificate)
          VendorRoots.factory().generateCertificate(new ByteArrayInputStream(der.toArray()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Bytes sign(X509v3CertificateBuilder builder, KeyPair key, String algorithm) {
    JcaContentSignerBuilder signer = new JcaContentSignerBuilder(algorithm);
    if (algorithm.endsWith("MGF1")) {
      // The platform's own provider knows RSASSA-PSS by another name.
      signer.setProvider(new BouncyCastleProvider());
    }
    try {
      return Bytes.copyOf(builder.build(signer.build(key.getPrivate())).getEncoded());
    } catch (OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair ec() {
    return pair("EC", 256);
  }

  public static KeyPair pair(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
