// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLogException.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * One list of a key database of Secure Boot. Source: UEFI specification, EFI_SIGNATURE_LIST.
 *
 * @param type what the entries are: {@link #X509}, {@link #SHA256}, or something else that is kept
 *     but means nothing here
 */
public record SignatureList(Guid type, List<Entry> entries) {

  /** Entries are DER certificates. */
  public static final Guid X509 = Guid.parse("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

  /** Entries are SHA-256 digests of images. */
  public static final Guid SHA256 = Guid.parse("c1c41626-504c-4092-aca9-41f936934328");

  private static final int LIST_HEADER = 28;

  /**
   * One entry: EFI_SIGNATURE_DATA.
   *
   * @param owner who put it there
   * @param data the certificate, the digest, or what the type of the list says
   */
  public record Entry(Guid owner, Bytes data) {}

  public SignatureList {
    entries = List.copyOf(entries);
  }

  /**
   * Decodes a whole variable: lists one after the other, none at all for an empty variable.
   *
   * @throws EventLogException for anything else: sizes must agree to the octet
   */
  public static List<SignatureList> decodeAll(Span variable) {
    LogReader in = new LogReader(variable, Fault.DATA);
    List<SignatureList> lists = new ArrayList<>();
    while (in.remaining() > 0) {
      lists.add(decode(in));
    }
    return List.copyOf(lists);
  }

  private static SignatureList decode(LogReader in) {
    Guid type = new Guid(in.take("signatureType", Guid.SIZE).toBytes());
    long listSize = in.u32("signatureListSize");
    long headerSize = in.u32("signatureHeaderSize");
    long entrySize = in.u32("signatureSize");
    long entriesSize = listSize - LIST_HEADER - headerSize;
    requireSizes(type, headerSize, entrySize, entriesSize, in);
    in.take("signatureHeader", headerSize);
    Span all = in.take("signatures", entriesSize);
    List<Entry> entries = new ArrayList<>();
    for (int at = 0; at < all.size(); at += (int) entrySize) {
      Span entry = all.slice(at, at + (int) entrySize);
      entries.add(
          new Entry(
              new Guid(entry.slice(0, Guid.SIZE).toBytes()), entry.slice(Guid.SIZE).toBytes()));
    }
    return new SignatureList(type, entries);
  }

  private static void requireSizes(
      Guid type, long headerSize, long entrySize, long entriesSize, LogReader in) {
    boolean known = type.equals(X509) || type.equals(SHA256);
    if (known && headerSize != 0) {
      throw in.fault("a list of this type has no header, this one claims " + headerSize);
    }
    if (entrySize <= Guid.SIZE) {
      throw in.fault("an entry of " + entrySize + " octets has no content");
    }
    if (type.equals(SHA256) && entrySize != Guid.SIZE + LogHash.SHA256.size()) {
      throw in.fault("an entry of " + entrySize + " octets is no owner and SHA-256 digest");
    }
    if (entriesSize < 0 || entriesSize % entrySize != 0) {
      throw in.fault("the sizes of the list do not agree");
    }
  }
}
