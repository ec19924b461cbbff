// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

/** Why a certificate does not show that a vendor vouches for the key. */
public enum EkRefusal {
  /** Not a DER certificate, or one of impossible size. */
  NOT_A_CERTIFICATE(true),
  /** An attribute certificate, such as a platform certificate: it certifies no key. */
  ATTRIBUTE_CERTIFICATE(false),
  /** Something other than padding follows the certificate. */
  TRAILING_DATA(false),
  /** The key is of a kind or on a curve that no known template of an EK has. */
  KEY_KIND(false),
  /** The key is too short, has another exponent than 65537, or is no point of its curve. */
  KEY_WEAK(false),
  /** The modulus has the pattern of the faulty generator of CVE-2017-15361 (ROCA). */
  KEY_ROCA(false),
  /** The certificate is of another key than the one that the TPM shows. */
  KEY_MISMATCH(false),
  /** It is a certificate of a CA. */
  IS_CA(false),
  /** The extended key usage does not name an endorsement key. */
  NOT_AN_EK(false),
  /** The key is not for encryption or key agreement. */
  KEY_USAGE(false),
  /** The subject alternative name lacks maker, model or version of the TPM. */
  NO_TPM_ATTRIBUTES(false),
  /** The subject is empty and the alternative name is not marked critical. */
  NAME_NOT_CRITICAL(false),
  /** A critical extension is not understood. */
  UNKNOWN_CRITICAL_EXTENSION(false),
  /** Its time has not begun. */
  NOT_YET_VALID(false),
  /** Its time has ended, and the policy refuses that. */
  EXPIRED(false),
  /** No path leads to a configured root. */
  UNTRUSTED_ISSUER(false),
  /** The device brought so many CAs of one name that not all signatures were checked. */
  TOO_MANY_SIGNATURES(false),
  /** Signed with SHA-1, by or as something that is not pinned. */
  WEAK_SIGNATURE(false),
  /** A CA on the path is not one, or may not have issued this. */
  CA_UNFIT(false),
  /** The maker that it names is not the one whose root vouches for it, or is not listed. */
  MANUFACTURER(false),
  /** A deny list names the key, the certificate, a CA or the firmware. */
  DENIED(false),
  /** The CA has revoked it. */
  REVOKED(false),
  /** The policy demands a fresh list of revocations and there is none. */
  REVOCATION_UNKNOWN(false);

  private final boolean undecodable;

  EkRefusal(boolean undecodable) {
    this.undecodable = undecodable;
  }

  /** Whether the bytes could not even be decoded. */
  public boolean isUndecodable() {
    return undecodable;
  }
}
