// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link AttestationRequest} (section 6, step 5).
 *
 * @param reasons stable codes without values
 * @param nextAttestationAfter seconds
 * @param rebootAfter seconds, beside reason {@code REBOOT_REQUIRED} only
 * @param release the exact bytes of a {@link Release} document, or absent
 * @param releaseSignature over token, claims and release, beside {@code release} only
 */
public record AttestationAnswer(
    int protocol,
    DeviceVerdict verdict,
    List<String> reasons,
    int nextAttestationAfter,
    @Nullable Integer rebootAfter,
    @Nullable Bytes release,
    @Nullable ReleaseSignature releaseSignature) {

  /**
   * ECDSA P-256 with SHA-256.
   *
   * @param keyId SHA-256 of the answer key's point
   * @param signature r and s, 32 bytes each
   */
  public record ReleaseSignature(Bytes keyId, Bytes signature) {
    public ReleaseSignature {
      Check.size(keyId, "keyId", 32, 32);
      Check.size(signature, "signature", 64, 64);
    }
  }

  public AttestationAnswer {
    Check.protocol(protocol);
    Check.present(verdict, "verdict");
    reasons = Check.count(reasons, "reasons", 0, 64);
    Check.least(nextAttestationAfter, "nextAttestationAfter", 0);
    if (rebootAfter != null) {
      Check.least(rebootAfter, "rebootAfter", 0);
    }
    Check.sizeIfPresent(release, "release", 1, 65_536);
    if ((release == null) != (releaseSignature == null)) {
      throw new MalformedMessageException("a release and its signature come together");
    }
  }
}
