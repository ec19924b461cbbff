// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/**
 * The parameters of a public area, by type of object. TPM 2.0 Library, Part 2: TPMU_PUBLIC_PARMS.
 */
public sealed interface TpmuPublicParms {

  /** The TPM_ALG_ID of the object type these parameters belong to. */
  int type();

  /**
   * TPMS_RSA_PARMS.
   *
   * @param keyBits the size of the modulus: 1024, 2048, 3072 or 4096
   * @param exponent the public exponent as written, in 0..2^32-1; 0 means 65537
   */
  record Rsa(TpmtSymDefObject symmetric, TpmtAsymScheme scheme, int keyBits, long exponent)
      implements TpmuPublicParms {

    private static final long DEFAULT_EXPONENT = 65537;

    public Rsa {
      if (!scheme.isForRsa() || !isKeySize(keyBits) || exponent >>> 32 != 0) {
        throw new IllegalArgumentException("not the parameters of an RSA key");
      }
    }

    /** The exponent to compute with. */
    public long effectiveExponent() {
      return exponent == 0 ? DEFAULT_EXPONENT : exponent;
    }

    @Override
    public int type() {
      return TpmAlg.RSA;
    }

    private static Rsa decode(TpmReader in) {
      TpmtSymDefObject symmetric = TpmtSymDefObject.decode(in);
      TpmtAsymScheme scheme = TpmtAsymScheme.decodeRsa(in);
      int keyBits = in.u16("keyBits");
      if (!isKeySize(keyBits)) {
        throw in.fault("keyBits", "not a size of RSA keys: " + keyBits);
      }
      return new Rsa(symmetric, scheme, keyBits, in.u32("exponent"));
    }

    private static boolean isKeySize(int bits) {
      return bits == 1024 || bits == 2048 || bits == 3072 || bits == 4096;
    }
  }

  /** TPMS_ECC_PARMS. */
  record Ecc(TpmtSymDefObject symmetric, TpmtAsymScheme scheme, EccCurve curve, TpmtKdfScheme kdf)
      implements TpmuPublicParms {

    public Ecc {
      if (!scheme.isForEcc()) {
        throw new IllegalArgumentException("not the parameters of an ECC key");
      }
    }

    @Override
    public int type() {
      return TpmAlg.ECC;
    }

    private static Ecc decode(TpmReader in) {
      TpmtSymDefObject symmetric = TpmtSymDefObject.decode(in);
      TpmtAsymScheme scheme = TpmtAsymScheme.decodeEcc(in);
      int curveId = in.u16("curveID");
      EccCurve curve = EccCurve.find(curveId).orElseThrow(() -> in.unknown("curveID", curveId));
      return new Ecc(symmetric, scheme, curve, TpmtKdfScheme.decode(in));
    }
  }

  /** TPMS_KEYEDHASH_PARMS. */
  record KeyedHash(TpmtKeyedHashScheme scheme) implements TpmuPublicParms {
    @Override
    public int type() {
      return TpmAlg.KEYEDHASH;
    }
  }

  /** TPMS_SYMCIPHER_PARMS. */
  record SymCipher(TpmtSymDefObject symmetric) implements TpmuPublicParms {
    public SymCipher {
      if (symmetric.isNone()) {
        throw new IllegalArgumentException("a symmetric cipher object has a cipher");
      }
    }

    @Override
    public int type() {
      return TpmAlg.SYMCIPHER;
    }

    private static SymCipher decode(TpmReader in) {
      TpmtSymDefObject symmetric = TpmtSymDefObject.decode(in);
      if (symmetric.isNone()) {
        throw in.unknown("symmetric.algorithm", TpmAlg.NULL);
      }
      return new SymCipher(symmetric);
    }
  }

  static boolean isType(int type) {
    return switch (type) {
      case TpmAlg.RSA, TpmAlg.ECC, TpmAlg.KEYEDHASH, TpmAlg.SYMCIPHER -> true;
      default -> false;
    };
  }

  static TpmuPublicParms decode(int type, TpmReader in) {
    return switch (type) {
      case TpmAlg.RSA -> Rsa.decode(in);
      case TpmAlg.ECC -> Ecc.decode(in);
      case TpmAlg.KEYEDHASH -> new KeyedHash(TpmtKeyedHashScheme.decode(in));
      case TpmAlg.SYMCIPHER -> SymCipher.decode(in);
      default -> throw in.unknown("type", type);
    };
  }

  static void encode(TpmuPublicParms parms, TpmWriter out) {
    switch (parms) {
      case Rsa rsa -> {
        rsa.symmetric.encode(out);
        rsa.scheme.encode(out);
        out.u16(rsa.keyBits).u32(rsa.exponent);
      }
      case Ecc ecc -> {
        ecc.symmetric.encode(out);
        ecc.scheme.encode(out);
        out.u16(ecc.curve.id());
        ecc.kdf.encode(out);
      }
      case KeyedHash(TpmtKeyedHashScheme scheme) -> out.bytes(scheme.encode());
      case SymCipher(TpmtSymDefObject symmetric) -> symmetric.encode(out);
    }
  }
}
