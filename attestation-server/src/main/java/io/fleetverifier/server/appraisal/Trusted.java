// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.util.Optional;

/**
 * The witness that buys a secret: authentic evidence, found good, its challenge redeemed. It is
 * never rebuilt from a stored row, so no old result buys anything.
 */
public final class Trusted {
  private final VerifiedQuote quote;
  private final Appraisal appraisal;
  private final Redemption redemption;

  private Trusted(VerifiedQuote quote, Appraisal appraisal, Redemption redemption) {
    this.quote = quote;
    this.appraisal = appraisal;
    this.redemption = redemption;
  }

  /** Empty unless the appraisal allows a release. */
  public static Optional<Trusted> of(
      VerifiedQuote quote, Appraisal appraisal, Redemption redemption) {
    return appraisal.allowsRelease()
        ? Optional.of(new Trusted(quote, appraisal, redemption))
        : Optional.empty();
  }

  public VerifiedQuote quote() {
    return quote;
  }

  public Appraisal appraisal() {
    return appraisal;
  }

  public Redemption redemption() {
    return redemption;
  }
}
