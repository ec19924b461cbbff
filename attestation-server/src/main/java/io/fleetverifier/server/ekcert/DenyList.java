// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * What an operator refuses although a vendor vouches for it.
 *
 * @param keys SHA-256 digests of SubjectPublicKeyInfo: EK fingerprints
 * @param certificates single certificates
 * @param authorities SHA-256 digests of CA certificates, or of their SubjectPublicKeyInfo; either
 *     denies the CA's key, under whatever certificate it comes, where the named one is at hand too
 * @param firmware versions of a maker's chips, as their certificates tell them
 */
public record DenyList(
    Set<Bytes> keys,
    Set<SerialNumber> certificates,
    Set<Bytes> authorities,
    List<FirmwareRange> firmware) {

  /**
   * A certificate by its CA and the number that the CA gave it.
   *
   * @param issuer the name of the CA (RFC 2253, or as it is shown); kept in a form that no longer
   *     tells upper from lower case, nor which kind of string the certificate has it in
   * @param serial as the certificate has it, which may be negative
   */
  public record SerialNumber(String issuer, BigInteger serial) {

    public SerialNumber {
      issuer = canonical(PrintableText.of(issuer));
    }

    static SerialNumber of(X509Certificate certificate) {
      return new SerialNumber(issuerOf(certificate), certificate.getSerialNumber());
    }

    /** With the number as some tools show a negative one: its octets, read without a sign. */
    static SerialNumber unsigned(X509Certificate certificate) {
      byte[] octets = certificate.getSerialNumber().toByteArray();
      return new SerialNumber(issuerOf(certificate), new BigInteger(1, octets));
    }

    private static String issuerOf(X509Certificate certificate) {
      return certificate.getIssuerX500Principal().getName(X500Principal.RFC2253);
    }

    private static String canonical(String name) {
      try {
        return new X500Principal(name).getName(X500Principal.CANONICAL);
      } catch (IllegalArgumentException notAsItIsWritten) {
        return name.toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * Versions of one maker's firmware.
   *
   * @param maker as certificates are shown to name it, in upper or lower case
   * @param first the lowest version refused, the hexadecimal digits read as an unsigned number
   * @param last the highest version refused
   */
  public record FirmwareRange(String maker, long first, long last) {

    boolean contains(TpmIdentity identity) {
      if (!maker.equalsIgnoreCase(identity.manufacturer())) {
        return false;
      }
      long version = Long.parseUnsignedLong(identity.version(), 16);
      return Long.compareUnsigned(version, first) >= 0 && Long.compareUnsigned(version, last) <= 0;
    }
  }

  public DenyList {
    keys = Set.copyOf(keys);
    certificates = Set.copyOf(certificates);
    authorities = Set.copyOf(authorities);
    firmware = List.copyOf(firmware);
  }

  /** Whether an entry names this certificate by its number. */
  boolean names(X509Certificate certificate) {
    return certificates.contains(SerialNumber.of(certificate))
        || certificates.contains(SerialNumber.unsigned(certificate));
  }

  /** Whether an entry names the firmware of this chip. */
  boolean namesFirmware(TpmIdentity identity) {
    return firmware.stream().anyMatch(range -> range.contains(identity));
  }

  /** Refuses nothing. */
  public static DenyList none() {
    return new DenyList(Set.of(), Set.of(), Set.of(), List.of());
  }
}
