// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Why evidence is not trusted, for operators. All text in it is safe to print, whatever the device
 * sent.
 *
 * @param summary one sentence: the most telling of all causes; and a second one where the boot and
 *     the TPM each have to be mended
 * @param nextStep what to do next, likewise
 * @param reasons one for each reason of the appraisal
 */
public record BootExplanation(String summary, String nextStep, List<OfReason> reasons) {

  public BootExplanation {
    reasons = List.copyOf(reasons);
  }

  /**
   * One reason.
   *
   * @param meaning what the code means
   * @param cause the likely cause in a sentence
   * @param others further causes, which the first does not account for
   * @param baseline which baseline it is about; absent for others
   * @param version number of the version that was booted, or of the nearest accepted one
   * @param comparedWith what was known of the expected boot: {@code image}, {@code version-log},
   *     {@code own-boot}, {@code group-boot}; absent where nothing was compared
   * @param violations rules over events that are not met
   * @param pcrs registers that differ
   * @param endorsementKeys keys of the TPM that it is about
   */
  public record OfReason(
      String code,
      String meaning,
      String cause,
      List<String> others,
      String nextStep,
      @Nullable String baseline,
      @Nullable String aspect,
      @Nullable Integer version,
      @Nullable String label,
      @Nullable List<String> comparedWith,
      @Nullable List<String> violations,
      @Nullable SortedMap<Integer, OfPcr> pcrs,
      @Nullable List<OfKey> endorsementKeys) {

    /** The same of these endorsement keys. */
    OfReason with(String first, List<String> further, String step, List<OfKey> keys) {
      return new OfReason(
          code,
          meaning,
          first,
          further,
          step,
          baseline,
          aspect,
          version,
          label,
          comparedWith,
          violations,
          pcrs,
          keys);
    }
  }

  /**
   * One endorsement key, with what was last found of its certificate.
   *
   * @param fingerprint SHA-256 of its SubjectPublicKeyInfo
   * @param code why nobody vouches for it by a certificate; absent where it showed none
   * @param text the same in words
   * @param issuer as the certificate says, which nothing proves where the path ends nowhere
   */
  public record OfKey(
      String template,
      String fingerprint,
      @Nullable String code,
      @Nullable String text,
      @Nullable String manufacturer,
      @Nullable String model,
      @Nullable String version,
      @Nullable String issuer,
      @Nullable String serial) {}

  /**
   * One register.
   *
   * @param expected value of the nearest version; absent where a rule and no value is broken
   * @param shown value that was quoted
   * @param status how value and boot log belong together
   * @param cause of this register alone
   * @param expectedEvent first event that differs; absent where it is not known or there is none
   * @param shownEvent the same of the device
   */
  public record OfPcr(
      @Nullable String expected,
      @Nullable String shown,
      String status,
      String cause,
      @Nullable OfEvent expectedEvent,
      @Nullable OfEvent shownEvent) {}

  /**
   * One event.
   *
   * @param number its place in the log; absent where an image foretells it
   * @param type what the log calls it, which nothing proves
   * @param verified whether the digest proves the meaning
   * @param hint what the log says beside, not verified
   */
  public record OfEvent(
      @Nullable Integer number,
      @Nullable String type,
      String meaning,
      String digest,
      boolean verified,
      @Nullable String hint) {}
}
