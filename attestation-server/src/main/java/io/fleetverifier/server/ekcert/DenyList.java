// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * What an operator refuses although a vendor vouches for it.
 *
 * @param keys SHA-256 digests of SubjectPublicKeyInfo: EK fingerprints
 * @param certificates single certificates
 * @param authorities SHA-256 digests of CA certificates
 * @param firmware versions of a maker's chips, as their certificates tell them
 */
public record DenyList(
    Set<Bytes> keys,
    Set<SerialNumber> certificates,
    Set<Bytes> authorities,
    List<FirmwareRange> firmware) {

  /** A certificate by its CA and the number that the CA gave it. */
  public record SerialNumber(X500Principal issuer, BigInteger serial) {}

  /**
   * Versions of one maker's firmware.
   *
   * @param first the lowest version refused, the hexadecimal digits read as an unsigned number
   * @param last the highest version refused
   */
  public record FirmwareRange(String maker, long first, long last) {

    boolean contains(TpmIdentity identity) {
      if (!maker.equals(identity.manufacturer())) {
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

  /** Refuses nothing. */
  public static DenyList none() {
    return new DenyList(Set.of(), Set.of(), Set.of(), List.of());
  }
}
