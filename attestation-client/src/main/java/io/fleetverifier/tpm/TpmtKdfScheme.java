// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import java.util.Optional;

/**
 * The key derivation an ECC key is bound to, or none, which every template here has.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_KDF_SCHEME.
 *
 * @param algorithm the TPM_ALG_ID of the function; {@link TpmAlg#NULL} for none
 * @param hash its hash; empty exactly when there is no function
 */
public record TpmtKdfScheme(int algorithm, Optional<HashAlg> hash) {

  public static final TpmtKdfScheme NONE = new TpmtKdfScheme(TpmAlg.NULL, Optional.empty());

  public TpmtKdfScheme {
    boolean none = algorithm == TpmAlg.NULL && hash.isEmpty();
    if (!none && (!isKdf(algorithm) || hash.isEmpty())) {
      throw new IllegalArgumentException("not a key derivation scheme");
    }
  }

  static TpmtKdfScheme decode(TpmReader in) {
    int algorithm = in.u16("kdf");
    if (algorithm == TpmAlg.NULL) {
      return NONE;
    }
    if (!isKdf(algorithm)) {
      throw in.unknown("kdf", algorithm);
    }
    return new TpmtKdfScheme(algorithm, Optional.of(in.hashAlg("kdf.hashAlg")));
  }

  void encode(TpmWriter out) {
    out.u16(algorithm);
    hash.ifPresent(alg -> out.u16(alg.id()));
  }

  static boolean isKdf(int algorithm) {
    return switch (algorithm) {
      case TpmAlg.MGF1, TpmAlg.KDF1_SP800_56A, TpmAlg.KDF2, TpmAlg.KDF1_SP800_108 -> true;
      default -> false;
    };
  }
}
