// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;

/** Compares the data of events with their digests in one bank. */
final class DataProver {

  /** What GRUB writes before the text that it measures. */
  private static final List<Bytes> GRUB_PREFIXES =
      List.of(
          Bytes.utf8("grub_cmd: "), Bytes.utf8("kernel_cmdline: "), Bytes.utf8("module_cmdline: "));

  /** Octets in UTF-16 of the longest section name that is tried. */
  private static final int LONGEST_NAME = 64;

  private final Bytes log;
  private final LogHash bank;
  private final MessageDigest digest;
  private final byte[] computed;

  DataProver(Bytes log, LogHash bank) {
    this.log = log;
    this.bank = bank;
    this.digest = bank.newDigest();
    this.computed = new byte[bank.size()];
  }

  DataProof prove(Event event) {
    EventType type = event.knownType().orElse(null);
    if (type == null || event.digestAt(bank) == Event.ABSENT) {
      return DataProof.NONE;
    }
    Span data = event.data();
    return switch (type.proof()) {
      case NONE -> DataProof.NONE;
      case WHOLE -> isDigestOf(data, event) ? DataProof.of(data) : DataProof.CONTRADICTED;
      case WHOLE_IF_IT_FITS -> isDigestOf(data, event) ? DataProof.of(data) : DataProof.NONE;
      case WHOLE_OR_LESS_ONE_OCTET -> wholeOrLessOne(data, event);
      case VARIABLE_DATA_OR_WHOLE -> variableDataOrWhole(data, event);
      case BOOT_LOADER_TEXT -> bootLoaderText(data, event);
    };
  }

  private DataProof wholeOrLessOne(Span data, Event event) {
    if (isDigestOf(data, event)) {
      return DataProof.of(data);
    }
    if (!data.isEmpty() && isDigestOf(data.slice(0, data.size() - 1), event)) {
      return DataProof.of(data.slice(0, data.size() - 1));
    }
    return DataProof.CONTRADICTED;
  }

  private DataProof variableDataOrWhole(Span data, Event event) {
    try {
      Span value = UefiVariable.decode(data).data();
      if (isDigestOf(value, event)) {
        return DataProof.of(value);
      }
    } catch (EventLogException notAVariable) {
      return DataProof.NONE;
    }
    return isDigestOf(data, event) ? DataProof.of(data) : DataProof.NONE;
  }

  private DataProof bootLoaderText(Span data, Event event) {
    for (Bytes prefix : GRUB_PREFIXES) {
      if (data.startsWith(prefix)) {
        Span text = withoutEndingNul(data.slice(prefix.size()));
        return isDigestOf(text, event) ? DataProof.of(text) : DataProof.NONE;
      }
    }
    boolean proven = isDigestOf(data, event) || isDigestOfSectionName(data, event);
    return proven ? DataProof.of(data) : DataProof.NONE;
  }

  private static Span withoutEndingNul(Span text) {
    boolean ends = !text.isEmpty() && text.at(text.size() - 1) == 0;
    return ends ? text.slice(0, text.size() - 1) : text;
  }

  /** The systemd stub writes a section's name in UTF-16 and measures it in ASCII, NUL included. */
  private boolean isDigestOfSectionName(Span data, Event event) {
    if (data.size() < 4 || data.size() > LONGEST_NAME || data.at(0) != '.') {
      return false;
    }
    byte[] ascii = new byte[data.size() / 2];
    for (int i = 0; i < ascii.length; i++) {
      if (data.at(2 * i) > 0x7f || data.at(2 * i + 1) != 0) {
        return false;
      }
      ascii[i] = (byte) data.at(2 * i);
    }
    digest.update(ascii);
    return isComputedDigestOf(event);
  }

  private boolean isDigestOf(Span content, Event event) {
    content.addTo(digest);
    return isComputedDigestOf(event);
  }

  private boolean isComputedDigestOf(Event event) {
    finish(digest, computed);
    return log.holdsAt(event.digestAt(bank), computed);
  }

  static void finish(MessageDigest digest, byte[] target) {
    try {
      digest.digest(target, 0, target.length);
    } catch (DigestException impossible) {
      throw new IllegalStateException("the target is as long as a digest", impossible);
    }
  }
}
