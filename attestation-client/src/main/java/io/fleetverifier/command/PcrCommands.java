// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmAlg;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmWriter;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Commands on PCRs. TPM 2.0 Library, Part 3: Integrity Collection (PCR), Attestation Commands. */
public final class PcrCommands {

  private static final int LARGEST_EVENT = 1024;

  private final TpmChannel tpm;

  public PcrCommands(TpmChannel tpm) {
    this.tpm = tpm;
  }

  /**
   * A quote as the TPM gave it.
   *
   * @param attest TPMS_ATTEST
   * @param signature TPMT_SIGNATURE
   */
  public record Signed(Bytes attest, Bytes signature) {}

  /**
   * TPM2_PCR_Read, as often as it takes: a TPM gives out at most eight values at once.
   *
   * @throws TpmResponseException when the TPM does not have one of the PCRs in this bank
   */
  public PcrValues read(HashAlg bank, Collection<Integer> pcrs) {
    TreeSet<Integer> missing = new TreeSet<>(pcrs);
    TreeMap<Integer, Bytes> values = new TreeMap<>();
    while (!missing.isEmpty()) {
      PcrValues some = readSome(bank, missing);
      values.putAll(some.values());
      if (!missing.removeAll(some.values().keySet())) {
        throw new TpmResponseException("the TPM has no " + bank + " bank with PCRs " + missing);
      }
    }
    return PcrValues.of(bank, values);
  }

  private PcrValues readSome(HashAlg bank, Collection<Integer> pcrs) {
    TpmWriter parameters = new TpmWriter().bytes(PcrSelection.of(bank, pcrs).encode());
    TpmReader in = tpm.execute(TpmCommand.of(CommandCode.PCR_READ, List.of(), parameters)).reader();
    in.u32("pcrUpdateCounter");
    List<Integer> given = PcrSelection.decode(in).pcrs(bank);
    if (in.u32("pcrValues.count") != given.size()) {
      throw in.fault("pcrValues.count", "not as many values as PCRs");
    }
    TreeMap<Integer, Bytes> values = new TreeMap<>();
    for (int pcr : given) {
      Bytes value = in.sized("pcrValues.digest", bank.size());
      if (value.size() != bank.size()) {
        throw in.fault("pcrValues.digest", "no value of the " + bank + " bank");
      }
      values.put(pcr, value);
    }
    in.end();
    return PcrValues.of(bank, values);
  }

  /** TPM2_PCR_Extend of one bank. */
  public void extend(int pcr, HashAlg bank, Bytes digest) {
    if (digest.size() != bank.size()) {
      throw new IllegalArgumentException("not a digest of " + bank);
    }
    TpmWriter parameters = new TpmWriter().u32(1).u16(bank.id()).bytes(digest);
    TpmEntity entity = TpmEntity.permanent(pcr);
    tpm.execute(
        TpmCommand.of(CommandCode.PCR_EXTEND, List.of(entity), parameters),
        Authorization.EMPTY_PASSWORD);
  }

  /**
   * TPM2_PCR_Event: extends every bank with its digest of the data.
   *
   * @param data at most 1024 octets
   */
  public void event(int pcr, Bytes data) {
    if (data.size() > LARGEST_EVENT) {
      throw new IllegalArgumentException("a TPM takes no event of " + data.size() + " octets");
    }
    TpmEntity entity = TpmEntity.permanent(pcr);
    tpm.execute(
        TpmCommand.of(CommandCode.PCR_EVENT, List.of(entity), new TpmWriter().sized(data)),
        Authorization.EMPTY_PASSWORD);
  }

  /**
   * TPM2_Quote by the scheme of the key.
   *
   * @param ak an attestation key without a password
   */
  public Signed quote(TpmEntity ak, Bytes qualifyingData, PcrSelection selection) {
    TpmWriter parameters =
        new TpmWriter().sized(qualifyingData).u16(TpmAlg.NULL).bytes(selection.encode());
    TpmReader in =
        tpm.execute(
                TpmCommand.of(CommandCode.QUOTE, List.of(ak), parameters),
                Authorization.EMPTY_PASSWORD)
            .reader();
    Bytes attest = in.sized("quoted", TpmLimits.LARGEST_STRUCTURE);
    return new Signed(attest, in.bytes("signature", in.remaining()));
  }
}
