// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * What a keyed hash object is for: an HMAC key, an XOR obfuscation key, or (null) sealed data.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_KEYEDHASH_SCHEME.
 */
public sealed interface TpmtKeyedHashScheme {

  /** Sealed data, or a key whose scheme is chosen at each use. */
  record Null() implements TpmtKeyedHashScheme {}

  record Hmac(HashAlg hash) implements TpmtKeyedHashScheme {}

  /**
   * Obfuscation by XOR with a derived key stream.
   *
   * @param kdf the TPM_ALG_ID of the key derivation function
   */
  record Xor(HashAlg hash, int kdf) implements TpmtKeyedHashScheme {
    public Xor {
      if (!TpmtKdfScheme.isKdf(kdf)) {
        throw new IllegalArgumentException("not a key derivation function");
      }
    }
  }

  static TpmtKeyedHashScheme decode(TpmReader in) {
    int algorithm = in.u16("scheme");
    return switch (algorithm) {
      case TpmAlg.NULL -> new Null();
      case TpmAlg.HMAC -> new Hmac(in.hashAlg("scheme.hashAlg"));
      case TpmAlg.XOR -> decodeXor(in);
      default -> throw in.unknown("scheme", algorithm);
    };
  }

  private static Xor decodeXor(TpmReader in) {
    HashAlg hash = in.hashAlg("scheme.hashAlg");
    int kdf = in.u16("scheme.kdf");
    if (!TpmtKdfScheme.isKdf(kdf)) {
      throw in.unknown("scheme.kdf", kdf);
    }
    return new Xor(hash, kdf);
  }

  /** The scheme as it stands in a public area. */
  default Bytes encode() {
    return switch (this) {
      case Null() -> Bytes.u16(TpmAlg.NULL);
      case Hmac(HashAlg hash) -> Bytes.concat(Bytes.u16(TpmAlg.HMAC), Bytes.u16(hash.id()));
      case Xor(HashAlg hash, int kdf) ->
          Bytes.concat(Bytes.u16(TpmAlg.XOR), Bytes.u16(hash.id()), Bytes.u16(kdf));
    };
  }
}
