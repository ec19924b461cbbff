// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scheme an RSA or ECC key is bound to, or none.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_RSA_SCHEME, TPMT_ECC_SCHEME. ECDAA, SM2, Schnorr and MQV are not
 * known here: nothing in attestation uses them.
 */
public final class TpmtAsymScheme {

  public static final TpmtAsymScheme NONE = new TpmtAsymScheme(TpmAlg.NULL, null);
  public static final TpmtAsymScheme RSAES = new TpmtAsymScheme(TpmAlg.RSAES, null);

  private final int algorithm;
  private final @Nullable HashAlg hash;

  private TpmtAsymScheme(int algorithm, @Nullable HashAlg hash) {
    this.algorithm = algorithm;
    this.hash = hash;
  }

  public static TpmtAsymScheme rsassa(HashAlg hash) {
    return new TpmtAsymScheme(TpmAlg.RSASSA, hash);
  }

  public static TpmtAsymScheme rsapss(HashAlg hash) {
    return new TpmtAsymScheme(TpmAlg.RSAPSS, hash);
  }

  public static TpmtAsymScheme oaep(HashAlg hash) {
    return new TpmtAsymScheme(TpmAlg.OAEP, hash);
  }

  public static TpmtAsymScheme ecdsa(HashAlg hash) {
    return new TpmtAsymScheme(TpmAlg.ECDSA, hash);
  }

  public static TpmtAsymScheme ecdh(HashAlg hash) {
    return new TpmtAsymScheme(TpmAlg.ECDH, hash);
  }

  static TpmtAsymScheme decodeRsa(TpmReader in) {
    int algorithm = in.u16("scheme");
    return switch (algorithm) {
      case TpmAlg.NULL -> NONE;
      case TpmAlg.RSAES -> RSAES;
      case TpmAlg.RSASSA, TpmAlg.RSAPSS, TpmAlg.OAEP ->
          new TpmtAsymScheme(algorithm, in.hashAlg("scheme.hashAlg"));
      default -> throw in.unknown("scheme", algorithm);
    };
  }

  static TpmtAsymScheme decodeEcc(TpmReader in) {
    int algorithm = in.u16("scheme");
    return switch (algorithm) {
      case TpmAlg.NULL -> NONE;
      case TpmAlg.ECDSA, TpmAlg.ECDH -> new TpmtAsymScheme(algorithm, in.hashAlg("scheme.hashAlg"));
      default -> throw in.unknown("scheme", algorithm);
    };
  }

  void encode(TpmWriter out) {
    out.u16(algorithm);
    if (hash != null) {
      out.u16(hash.id());
    }
  }

  boolean isForRsa() {
    return isNone()
        || algorithm == TpmAlg.RSAES
        || algorithm == TpmAlg.RSASSA
        || algorithm == TpmAlg.RSAPSS
        || algorithm == TpmAlg.OAEP;
  }

  boolean isForEcc() {
    return isNone() || algorithm == TpmAlg.ECDSA || algorithm == TpmAlg.ECDH;
  }

  /** The TPM_ALG_ID of the scheme; {@link TpmAlg#NULL} for none. */
  public int algorithm() {
    return algorithm;
  }

  /** The hash the scheme is bound to. */
  public Optional<HashAlg> hash() {
    return Optional.ofNullable(hash);
  }

  public boolean isNone() {
    return algorithm == TpmAlg.NULL;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TpmtAsymScheme that && algorithm == that.algorithm && hash == that.hash;
  }

  @Override
  public int hashCode() {
    return 31 * algorithm + (hash == null ? 0 : hash.id());
  }

  @Override
  public String toString() {
    return String.format("%04x", algorithm) + (hash == null ? "" : "/" + hash);
  }
}
