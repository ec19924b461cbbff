// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;

/**
 * A statement that a TPM signs. Decoding does not judge it: whether {@code magic} shows that a TPM
 * made it, and everything else that must be true of it, is for the verifier to say.
 *
 * <p>TPM 2.0 Library, Part 2: TPMS_ATTEST.
 *
 * @param magic {@link #TPM_GENERATED} in everything that a TPM made by itself
 * @param qualifiedSigner the contents of a TPM2B_NAME: empty, a handle, or the signer's qualified
 *     name
 * @param extraData what the caller of the TPM asked to have included
 * @param firmwareVersion 64 bits in the vendor's form, unsigned
 */
public record TpmsAttest(
    long magic,
    Bytes qualifiedSigner,
    Bytes extraData,
    TpmsClockInfo clockInfo,
    long firmwareVersion,
    TpmuAttest attested) {

  /** TPM_GENERATED_VALUE. */
  public static final long TPM_GENERATED = 0xff544347L;

  /** The size in octets of the largest TPM2B_DATA: a hash algorithm and its digest. */
  static final int LARGEST_EXTRA_DATA = 2 + HashAlg.LARGEST_SIZE;

  /**
   * Decodes a whole attestation structure.
   *
   * @param attest TPMS_ATTEST, without the outer size of a TPM2B_ATTEST
   * @throws TpmDecodeException for anything else, and for an unknown type of attestation
   */
  public static TpmsAttest decode(Bytes attest) {
    TpmReader in = new TpmReader("TPMS_ATTEST", attest);
    long magic = in.u32("magic");
    int type = in.u16("type");
    if (!TpmuAttest.isType(type)) {
      throw in.unknown("type", type);
    }
    TpmsAttest decoded =
        new TpmsAttest(
            magic,
            TpmuAttest.name("qualifiedSigner", in),
            in.sized("extraData", LARGEST_EXTRA_DATA),
            TpmsClockInfo.decode(in),
            in.u64("firmwareVersion"),
            TpmuAttest.decode(type, in));
    in.end();
    return decoded;
  }

  /** TPMS_ATTEST, without the outer size of a TPM2B_ATTEST. */
  public Bytes encode() {
    TpmWriter out = new TpmWriter();
    out.u32(magic).u16(type()).sized(qualifiedSigner).sized(extraData);
    clockInfo.encode(out);
    out.u64(firmwareVersion);
    TpmuAttest.encode(attested, out);
    return out.toBytes();
  }

  /** The TPM_ST of the attestation, such as {@link TpmuAttest#QUOTE}. */
  public int type() {
    return attested.type();
  }

  public boolean hasTpmMagic() {
    return magic == TPM_GENERATED;
  }

  /** The statement of a quote, when this is one. */
  public Optional<TpmsQuoteInfo> quote() {
    return attested instanceof TpmsQuoteInfo info ? Optional.of(info) : Optional.empty();
  }
}
