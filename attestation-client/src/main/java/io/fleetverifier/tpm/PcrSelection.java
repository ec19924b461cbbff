// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * PCRs of one or more banks, in the order of the list.
 *
 * <p>TPM 2.0 Library, Part 2: TPML_PCR_SELECTION, TPMS_PCR_SELECTION. PCR p is bit p mod 8 of octet
 * p div 8, bit 0 being the least significant.
 *
 * @param banks each bank at most once; may be empty
 */
public record PcrSelection(List<Bank> banks) {

  static final int MOST_BANKS = 16;

  /**
   * The selected PCRs of one bank.
   *
   * @param bitmap 1 to 4 octets, exactly as on the wire; a PC Client TPM uses 3
   */
  public record Bank(HashAlg hash, Bytes bitmap) {

    static final int LARGEST_BITMAP = 4;

    public Bank {
      if (!isBitmapSize(bitmap.size())) {
        throw new IllegalArgumentException("a bitmap has no " + bitmap.size() + " octets");
      }
    }

    /** The selected PCRs, ascending. */
    public List<Integer> pcrs() {
      List<Integer> selected = new ArrayList<>();
      for (int pcr = 0; pcr < 8 * bitmap.size(); pcr++) {
        if ((bitmap.at(pcr / 8) >>> (pcr % 8) & 1) == 1) {
          selected.add(pcr);
        }
      }
      return List.copyOf(selected);
    }

    static boolean isBitmapSize(int size) {
      return size >= 1 && size <= LARGEST_BITMAP;
    }
  }

  /**
   * Copies the list and checks it.
   *
   * @throws IllegalArgumentException for more than 16 banks or a bank given twice
   */
  public PcrSelection {
    banks = List.copyOf(banks);
    if (banks.size() > MOST_BANKS) {
      throw new IllegalArgumentException("too many banks: " + banks.size());
    }
    Set<HashAlg> seen = EnumSet.noneOf(HashAlg.class);
    for (Bank bank : banks) {
      if (!seen.add(bank.hash)) {
        throw new IllegalArgumentException("bank given twice: " + bank.hash);
      }
    }
  }

  /** The given PCRs of one bank, in a bitmap of 3 octets. */
  public static PcrSelection of(HashAlg bank, int... pcrs) {
    byte[] bitmap = new byte[3];
    for (int pcr : pcrs) {
      Pcr.requireIndex(pcr);
      bitmap[pcr / 8] |= (byte) (1 << (pcr % 8));
    }
    return new PcrSelection(List.of(new Bank(bank, Bytes.copyOf(bitmap))));
  }

  /** The given PCRs of one bank, in a bitmap of 3 octets. */
  public static PcrSelection of(HashAlg bank, Collection<Integer> pcrs) {
    return of(bank, pcrs.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Decodes a whole list.
   *
   * @param list TPML_PCR_SELECTION
   * @throws TpmDecodeException for anything else
   */
  public static PcrSelection decode(Bytes list) {
    TpmReader in = new TpmReader("TPML_PCR_SELECTION", list);
    PcrSelection selection = decode(in);
    in.end();
    return selection;
  }

  /** Reads a TPML_PCR_SELECTION inside another structure. */
  public static PcrSelection decode(TpmReader in) {
    long count = in.u32("pcrSelect.count");
    if (count > MOST_BANKS) {
      throw in.fault("pcrSelect.count", "more than " + MOST_BANKS + " banks: " + count);
    }
    List<Bank> banks = new ArrayList<>();
    Set<HashAlg> seen = EnumSet.noneOf(HashAlg.class);
    for (int i = 0; i < count; i++) {
      HashAlg hash = in.hashAlg("pcrSelect.hash");
      if (!seen.add(hash)) {
        throw in.fault("pcrSelect.hash", "bank given twice: " + hash);
      }
      banks.add(new Bank(hash, decodeBitmap(in)));
    }
    return new PcrSelection(banks);
  }

  private static Bytes decodeBitmap(TpmReader in) {
    int size = in.u8("pcrSelect.sizeofSelect");
    if (!Bank.isBitmapSize(size)) {
      throw in.fault("pcrSelect.sizeofSelect", "not in 1.." + Bank.LARGEST_BITMAP + ": " + size);
    }
    return in.bytes("pcrSelect.pcrSelect", size);
  }

  /** TPML_PCR_SELECTION. */
  public Bytes encode() {
    TpmWriter out = new TpmWriter();
    encode(out);
    return out.toBytes();
  }

  void encode(TpmWriter out) {
    out.u32(banks.size());
    for (Bank bank : banks) {
      out.u16(bank.hash.id()).u8(bank.bitmap.size()).bytes(bank.bitmap);
    }
  }

  /** The selected PCRs of the bank, ascending; none when the bank is not in the list. */
  public List<Integer> pcrs(HashAlg hash) {
    return bank(hash).map(Bank::pcrs).orElse(List.of());
  }

  private Optional<Bank> bank(HashAlg hash) {
    return banks.stream().filter(bank -> bank.hash == hash).findFirst();
  }
}
