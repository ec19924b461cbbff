// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/** What an attestation structure says. TPM 2.0 Library, Part 2: TPMU_ATTEST, TPMI_ST_ATTEST. */
public sealed interface TpmuAttest permits TpmsQuoteInfo, TpmuAttest.Other {

  int NV = 0x8014;
  int COMMAND_AUDIT = 0x8015;
  int SESSION_AUDIT = 0x8016;
  int CERTIFY = 0x8017;
  int QUOTE = 0x8018;
  int TIME = 0x8019;
  int CREATION = 0x801a;
  int NV_DIGEST = 0x801c;

  /** The TPM_ST of the attestation. */
  int type();

  /** Every statement that is not a quote. */
  sealed interface Other extends TpmuAttest {}

  /** TPMS_CERTIFY_INFO. */
  record Certify(Bytes name, Bytes qualifiedName) implements Other {
    @Override
    public int type() {
      return CERTIFY;
    }
  }

  /** TPMS_CREATION_INFO. */
  record Creation(Bytes objectName, Bytes creationHash) implements Other {
    @Override
    public int type() {
      return CREATION;
    }
  }

  /**
   * TPMS_NV_CERTIFY_INFO.
   *
   * @param offset octets from the start of the index to the contents
   */
  record Nv(Bytes indexName, int offset, Bytes nvContents) implements Other {
    @Override
    public int type() {
      return NV;
    }
  }

  /**
   * TPMS_TIME_ATTEST_INFO.
   *
   * @param time milliseconds since the TPM was last powered; 64 bits, unsigned
   */
  record Time(long time, TpmsClockInfo clockInfo, long firmwareVersion) implements Other {
    @Override
    public int type() {
      return TIME;
    }
  }

  /** TPMS_COMMAND_AUDIT_INFO. */
  record CommandAudit(long auditCounter, HashAlg digestAlg, Bytes auditDigest, Bytes commandDigest)
      implements Other {
    @Override
    public int type() {
      return COMMAND_AUDIT;
    }
  }

  /** TPMS_SESSION_AUDIT_INFO. */
  record SessionAudit(boolean exclusiveSession, Bytes sessionDigest) implements Other {
    @Override
    public int type() {
      return SESSION_AUDIT;
    }
  }

  /** TPMS_NV_DIGEST_CERTIFY_INFO. */
  record NvDigest(Bytes indexName, Bytes nvDigest) implements Other {
    @Override
    public int type() {
      return NV_DIGEST;
    }
  }

  static boolean isType(int type) {
    return (type >= NV && type <= CREATION) || type == NV_DIGEST;
  }

  static TpmuAttest decode(int type, TpmReader in) {
    return switch (type) {
      case QUOTE -> new TpmsQuoteInfo(PcrSelection.decode(in), digest("pcrDigest", in));
      case CERTIFY -> new Certify(name("name", in), name("qualifiedName", in));
      case CREATION -> new Creation(name("objectName", in), digest("creationHash", in));
      case NV -> new Nv(name("indexName", in), in.u16("offset"), in.sized("nvContents", 0xffff));
      case TIME ->
          new Time(in.u64("time"), TpmsClockInfo.decode(in), in.u64("time.firmwareVersion"));
      case COMMAND_AUDIT ->
          new CommandAudit(
              in.u64("auditCounter"),
              in.hashAlg("digestAlg"),
              digest("auditDigest", in),
              digest("commandDigest", in));
      case SESSION_AUDIT ->
          new SessionAudit(in.yesNo("exclusiveSession"), digest("sessionDigest", in));
      case NV_DIGEST -> new NvDigest(name("indexName", in), digest("nvDigest", in));
      default -> throw in.unknown("type", type);
    };
  }

  static void encode(TpmuAttest attested, TpmWriter out) {
    switch (attested) {
      case TpmsQuoteInfo(PcrSelection selection, Bytes digest) -> {
        selection.encode(out);
        out.sized(digest);
      }
      case Certify(Bytes name, Bytes qualifiedName) -> out.sized(name).sized(qualifiedName);
      case Creation(Bytes name, Bytes hash) -> out.sized(name).sized(hash);
      case Nv(Bytes name, int offset, Bytes contents) ->
          out.sized(name).u16(offset).sized(contents);
      case Time(long time, TpmsClockInfo clockInfo, long firmwareVersion) -> {
        out.u64(time);
        clockInfo.encode(out);
        out.u64(firmwareVersion);
      }
      case CommandAudit(long counter, HashAlg alg, Bytes audit, Bytes command) ->
          out.u64(counter).u16(alg.id()).sized(audit).sized(command);
      case SessionAudit(boolean exclusive, Bytes digest) -> out.yesNo(exclusive).sized(digest);
      case NvDigest(Bytes name, Bytes digest) -> out.sized(name).sized(digest);
    }
  }

  /** TPM2B_NAME: empty, a handle, or a known hash algorithm and a digest of its size. */
  static Bytes name(String field, TpmReader in) {
    Bytes name = in.sized(field, TpmName.LARGEST_SIZE);
    if (!name.isEmpty() && !TpmName.isWellFormed(name)) {
      throw in.fault(field, "not the form of a Name");
    }
    return name;
  }

  private static Bytes digest(String field, TpmReader in) {
    return in.sized(field, HashAlg.LARGEST_SIZE);
  }
}
