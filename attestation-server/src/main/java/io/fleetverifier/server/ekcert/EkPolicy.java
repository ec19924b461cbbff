// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.util.Set;

/**
 * What an operator decides about certificates beyond the rules.
 *
 * @param expired whether a certificate past its end still counts; chips outlive their CAs
 * @param revocation what to do where no fresh list of revocations is at hand
 * @param makers the makers that count; empty for all that have a root
 * @param sha1Issuers SHA-256 digests of CA certificates whose signatures with SHA-1 on certificates
 *     of keys count, for chips from before 2016
 */
public record EkPolicy(
    Expired expired,
    Revocation revocation,
    Set<String> makers,
    Set<Bytes> sha1Issuers,
    DenyList denied) {

  /** Certificates past their end. */
  public enum Expired {
    ACCEPT_AND_TELL,
    REFUSE
  }

  /** Missing or stale lists of revocations. */
  public enum Revocation {
    TELL_WHEN_UNKNOWN,
    REFUSE_WHEN_UNKNOWN
  }

  public EkPolicy {
    makers = Set.copyOf(makers);
    sha1Issuers = Set.copyOf(sha1Issuers);
  }

  /** All makers that have a root; what has expired counts, and what is unknown is told. */
  public static EkPolicy standard() {
    return new EkPolicy(
        Expired.ACCEPT_AND_TELL, Revocation.TELL_WHEN_UNKNOWN, Set.of(), Set.of(), DenyList.none());
  }
}
