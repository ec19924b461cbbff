// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLogException.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * The first event of a crypto-agile log. Source: PFP, TCG_EfiSpecIdEvent.
 *
 * @param digests the hash algorithms of the log, in their order
 */
record SpecId(List<Declared> digests) {

  private static final Bytes SIGNATURE = Bytes.utf8("Spec ID Event");
  private static final Bytes AGILE = Bytes.concat(Bytes.utf8("Spec ID Event03"), Bytes.of(0));
  private static final Bytes SHA1_TPM12 = Bytes.concat(Bytes.utf8("Spec ID Event02"), Bytes.of(0));
  private static final Bytes SHA1_BIOS = Bytes.concat(Bytes.utf8("Spec ID Event00"), Bytes.of(0));
  private static final int MAJOR = 2;
  private static final int MOST_DIGESTS = 16;

  /**
   * One algorithm of the log.
   *
   * @param id the TPM_ALG_ID
   * @param size of its digests in octets
   * @param slot that of the {@link LogHash}, or {@link Event#ABSENT} where it is not known
   */
  record Declared(int id, int size, int slot) {
    static Declared of(int id, int size) {
      return new Declared(id, size, LogHash.find(id).map(LogHash::slot).orElse(Event.ABSENT));
    }
  }

  /** Whether the data is a Spec ID event of any kind. */
  static boolean isSpecId(Span data) {
    return data.startsWith(SIGNATURE);
  }

  /** Whether the data announces a crypto-agile log. */
  static boolean isAgile(Span data) {
    return data.startsWith(AGILE);
  }

  /** Whether the data announces a log in the SHA-1 form. */
  static boolean isSha1(Span data) {
    return data.startsWith(SHA1_TPM12) || data.startsWith(SHA1_BIOS);
  }

  static SpecId decode(Span data) {
    LogReader in = new LogReader(data, Fault.SPEC_ID);
    in.take("signature", AGILE.size());
    in.u32("platformClass");
    in.u8("specVersionMinor");
    int major = in.u8("specVersionMajor");
    if (major != MAJOR) {
      throw in.fault("specVersionMajor is " + major + ", not " + MAJOR);
    }
    in.u8("specErrata");
    in.u8("uintnSize");
    List<Declared> digests = digests(in);
    in.take("vendorInfo", in.u8("vendorInfoSize"));
    in.end("the Spec ID event");
    return new SpecId(digests);
  }

  private static List<Declared> digests(LogReader in) {
    long count = in.u32("numberOfAlgorithms");
    if (count < 1 || count > MOST_DIGESTS) {
      throw in.fault("numberOfAlgorithms is " + count + ", not in 1.." + MOST_DIGESTS);
    }
    List<Declared> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Declared declared = Declared.of(in.u16("algorithmId"), in.u16("digestSize"));
      requireUsable(declared, digests, in);
      digests.add(declared);
    }
    return List.copyOf(digests);
  }

  private static void requireUsable(Declared declared, List<Declared> earlier, LogReader in) {
    if (declared.size < 1 || declared.size > LogHash.LARGEST_SIZE) {
      throw in.fault("digestSize " + declared.size);
    }
    if (LogHash.find(declared.id).filter(hash -> hash.size() != declared.size).isPresent()) {
      throw in.fault("digestSize " + declared.size + " is not that of the algorithm");
    }
    if (earlier.stream().anyMatch(other -> other.id == declared.id)) {
      throw in.fault("algorithm given twice: 0x" + Integer.toHexString(declared.id));
    }
  }
}
