// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.RootFiles.SubFolders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The CAs that an operator trusts to vouch for endorsement keys, and what they revoked. Being among
 * these is what pins a certificate: a self-signed one is a root, any other an intermediate. Making
 * one checks who signed the lists of revocations, so that this is done once for all TPMs.
 */
public final class VendorRoots {

  private static final long LARGEST_FILE = 4L << 20;

  private static final String LIST = ".crl";

  private final List<Pinned> certificates;
  private final List<X509CRL> revocations;
  private final PinnedIssuers issuers;

  /**
   * A certificate out of the folder.
   *
   * @param maker the maker whose sub-folder it lies in, such as {@code IFX} or {@code id:00001014}:
   *     it vouches for chips of this one only; empty where it lies in the folder itself
   * @param isRoot whether it is self-signed
   * @param fingerprint SHA-256 of its DER
   * @param key SHA-256 of its SubjectPublicKeyInfo
   */
  public record Pinned(
      X509Certificate certificate,
      Optional<String> maker,
      boolean isRoot,
      Bytes fingerprint,
      Bytes key) {

    static Pinned of(X509Certificate certificate, Optional<String> maker) {
      return new Pinned(
          certificate,
          maker,
          isSelfSigned(certificate),
          VendorRoots.fingerprint(certificate),
          keyFingerprint(certificate));
    }
  }

  /**
   * Trusts these.
   *
   * @param certificates with the maker they are for, where the folder says so
   * @param revocations lists of revoked certificates; each counts only for a CA that signed it
   */
  public VendorRoots(List<Pinned> certificates, List<X509CRL> revocations) {
    this.certificates = List.copyOf(certificates);
    this.revocations = List.copyOf(revocations);
    this.issuers = new PinnedIssuers(this.certificates, this.revocations);
  }

  /** The certificates, in the order in which they were read. */
  public List<Pinned> certificates() {
    return certificates;
  }

  /** The lists of revocations, whoever signed them. */
  public List<X509CRL> revocations() {
    return revocations;
  }

  PinnedIssuers issuers() {
    return issuers;
  }

  /** Trusts nobody. */
  public static VendorRoots none() {
    return new VendorRoots(List.of(), List.of());
  }

  /**
   * Reads a folder: files ending in .pem, .crt, .cer or .der hold certificates, those ending in
   * .crl lists of revocations, PEM or DER, in upper or lower case; other files are left alone. A
   * sub-folder with such files is for one maker and is named by its identifier: one to four of A-Z
   * and 0-9, such as {@code STM}, or {@code id-} and eight hexadecimal digits, such as {@code
   * id-00001014} for the maker that is shown as {@code id:00001014}, or the name of a maker that is
   * known here, such as {@code infineon}. Links are followed, since folders that are mounted into
   * containers are made of them; what begins with a dot is left alone, since such mounts keep their
   * files a second time there. A directory that cannot be opened counts only where it is named like
   * a maker.
   *
   * @throws IOException when the folder or a file cannot be read, a file does not hold what its
   *     ending says, lies deeper or in a sub-folder of another name, or a link leads nowhere: a
   *     root that is silently missing would refuse good devices
   */
  public static VendorRoots load(Path folder) throws IOException {
    return load(folder, SubFolders.OF_MAKERS);
  }

  /**
   * Reads a folder as somebody has collected it: as {@link #load}, but a sub-folder that is named
   * by no maker is read like the folder itself.
   *
   * @throws IOException as for {@link #load}
   */
  public static VendorRoots collected(Path folder) throws IOException {
    return load(folder, SubFolders.ANY);
  }

  private static VendorRoots load(Path folder, SubFolders subFolders) throws IOException {
    List<Pinned> certificates = new ArrayList<>();
    List<X509CRL> revocations = new ArrayList<>();
    for (Path file : RootFiles.of(folder, subFolders)) {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(LIST)) {
        revocations.addAll(readRevocations(file));
      } else {
        Optional<String> maker = RootFiles.maker(folder, file);
        read(file).forEach(certificate -> certificates.add(Pinned.of(certificate, maker)));
      }
    }
    return new VendorRoots(certificates, revocations);
  }

  /**
   * The files of a folder that {@link #load} reads, in the order in which it does.
   *
   * @throws IOException when the folder cannot be read, or has a file where none is read
   */
  public static List<Path> files(Path folder) throws IOException {
    return RootFiles.of(folder, SubFolders.OF_MAKERS);
  }

  private static List<X509Certificate> read(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = open(file)) {
      for (Certificate certificate : factory().generateCertificates(in)) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException unreadable) {
      throw new IOException(file + " holds no certificate", unreadable);
    }
    if (certificates.isEmpty()) {
      throw new IOException(file + " holds no certificate");
    }
    return certificates;
  }

  private static List<X509CRL> readRevocations(Path file) throws IOException {
    List<X509CRL> revocations = new ArrayList<>();
    try (InputStream in = open(file)) {
      for (CRL revocation : factory().generateCRLs(in)) {
        revocations.add((X509CRL) revocation);
      }
    } catch (GeneralSecurityException unreadable) {
      throw new IOException(file + " holds no list of revocations", unreadable);
    }
    if (revocations.isEmpty()) {
      throw new IOException(file + " holds no list of revocations");
    }
    return revocations;
  }

  private static InputStream open(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException(file + " is larger than " + LARGEST_FILE + " octets");
    }
    return new BufferedInputStream(Files.newInputStream(file));
  }

  static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException impossible) {
      throw new IllegalStateException("every Java platform has X.509", impossible);
    }
  }

  /**
   * Names this content: two sets with the same digest judge alike.
   *
   * @return SHA-256 over the certificates with their makers, and the lists of revocations
   */
  public Bytes digest() {
    List<Bytes> parts = new ArrayList<>();
    for (Pinned pinned : certificates) {
      parts.add(pinned.fingerprint());
      parts.add(Bytes.utf8(pinned.maker().orElse("")).sha256());
    }
    for (X509CRL revocation : revocations) {
      parts.add(fingerprint(revocation));
    }
    return Bytes.concat(parts.toArray(Bytes[]::new)).sha256();
  }

  private static Bytes fingerprint(X509CRL list) {
    try {
      return Bytes.copyOf(list.getEncoded()).sha256();
    } catch (CRLException impossible) {
      throw new IllegalStateException("the list was decoded from bytes", impossible);
    }
  }

  /** SHA-256 of a certificate's SubjectPublicKeyInfo. */
  static Bytes keyFingerprint(X509Certificate certificate) {
    return Bytes.copyOf(certificate.getPublicKey().getEncoded()).sha256();
  }

  /** SHA-256 of a certificate's DER. */
  public static Bytes fingerprint(X509Certificate certificate) {
    try {
      return Bytes.copyOf(certificate.getEncoded()).sha256();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("the certificate was decoded from bytes", impossible);
    }
  }

  static boolean isSelfSigned(X509Certificate certificate) {
    if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    return isSignedBy(certificate, certificate);
  }

  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException notIts) {
      // Foreign keys and algorithms fail in many ways; each means that the signature does not hold.
      return false;
    }
  }
}
