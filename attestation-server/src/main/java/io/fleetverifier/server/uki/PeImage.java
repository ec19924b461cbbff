// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.uki.UkiException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A PE image, as far as its digest and its sections need it. Source: "PE Format"; which octets the
 * digest covers is told in "Windows Authenticode Portable Executable Signature Format".
 *
 * @param checksumAt where the 4 octets of the checksum lie, which no digest covers
 * @param certificateEntryAt where the 8 octets of the certificate table's entry lie, which no
 *     digest covers; -1 where the image has no such entry
 * @param certificatesSize octets of the certificate table at the end of the file
 */
record PeImage(
    FileWindow file,
    long checksumAt,
    long certificateEntryAt,
    long sizeOfHeaders,
    long certificatesSize,
    List<PeSection> sections) {

  private static final int DOS_HEADER = 64;
  private static final int COFF_HEADER = 24;
  private static final int SECTION_HEADER = 40;
  private static final int LARGEST_HEADERS = 1 << 16;
  private static final int MOST_SECTIONS = 256;
  private static final int PE32 = 0x10b;
  private static final int PE32_PLUS = 0x20b;
  private static final int CHECKSUM = 64;
  private static final int CERTIFICATE_ENTRY = 4;
  private static final int ENTRY = 8;

  static PeImage parse(FileWindow file) throws IOException {
    return new Parser(file).parse();
  }

  /**
   * Adds what the Authenticode digest covers: headers without checksum and certificate entry,
   * sections in the order of the file, and what follows them but for the certificates. Firmware
   * finds what follows by the sum of the sizes, so this does too.
   */
  void addAuthenticodeTo(Collection<MessageDigest> digests) throws IOException {
    file.addTo(digests, 0, checksumAt);
    if (certificateEntryAt < 0) {
      file.addTo(digests, checksumAt + 4, sizeOfHeaders);
    } else {
      file.addTo(digests, checksumAt + 4, certificateEntryAt);
      file.addTo(digests, certificateEntryAt + ENTRY, sizeOfHeaders);
    }
    long hashed = sizeOfHeaders;
    for (PeSection section : inFileOrder(sections)) {
      file.addTo(digests, section.rawOffset(), section.rawEnd());
      hashed += section.rawSize();
    }
    long end = file.size() - certificatesSize;
    if (end > hashed) {
      file.addTo(digests, hashed, end);
    }
  }

  private static List<PeSection> inFileOrder(List<PeSection> sections) {
    return sections.stream()
        .filter(section -> section.rawSize() > 0)
        .sorted(Comparator.comparingLong(PeSection::rawOffset))
        .toList();
  }

  /** Reads the headers once and demands that they agree. */
  private static final class Parser {

    private final FileWindow file;
    private final Bytes headers;
    private long certificateEntryAt = -1;
    private long certificatesSize;

    Parser(FileWindow file) throws IOException {
      this.file = file;
      this.headers = file.read(0, (int) Math.min(LARGEST_HEADERS, file.size()));
    }

    PeImage parse() {
      if (headers.size() < DOS_HEADER || u16(0) != 0x5a4d) {
        throw new UkiException(Fault.NOT_PE, "no MZ header");
      }
      int pe = at(u32(60));
      if (u32(pe) != 0x4550) {
        throw new UkiException(Fault.NOT_PE, "no PE header");
      }
      int optional = pe + COFF_HEADER;
      int directories = directories(optional);
      certificates(optional, directories, u16(pe + 20));
      long sizeOfHeaders = u32(optional + 60);
      int table = optional + u16(pe + 20);
      List<PeSection> sections = sections(table, u16(pe + 6));
      requireHeaders(sizeOfHeaders, table + (long) SECTION_HEADER * sections.size());
      requireDisjoint(sections, sizeOfHeaders);
      return new PeImage(
          file,
          optional + CHECKSUM,
          certificateEntryAt,
          sizeOfHeaders,
          certificatesSize,
          List.copyOf(sections));
    }

    /** Where the number of data directories lies, which the entries follow. */
    private int directories(int optional) {
      return switch (u16(optional)) {
        case PE32 -> optional + 92;
        case PE32_PLUS -> optional + 108;
        default -> throw new UkiException(Fault.NOT_PE, "an unknown kind of optional header");
      };
    }

    private void certificates(int optional, int directories, int optionalSize) {
      long count = u32(directories);
      int entry = directories + 4 + CERTIFICATE_ENTRY * ENTRY;
      if (count <= CERTIFICATE_ENTRY) {
        return;
      }
      if (entry + ENTRY > optional + optionalSize) {
        throw new UkiException(Fault.NOT_PE, "data directories outside of the optional header");
      }
      certificateEntryAt = entry;
      certificatesSize = u32(entry + 4);
      if (certificatesSize != 0 && u32(entry) + certificatesSize != file.size()) {
        throw new UkiException(
            Fault.CERTIFICATES, "the certificate table is not the end of the file");
      }
    }

    private List<PeSection> sections(int table, int count) {
      if (count > MOST_SECTIONS) {
        throw new UkiException(Fault.SECTIONS, count + " sections");
      }
      List<PeSection> sections = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int at = table + i * SECTION_HEADER;
        sections.add(
            new PeSection(name(at), u32(at + 12), u32(at + 8), u32(at + 20), u32(at + 16)));
      }
      return sections;
    }

    private String name(int at) {
      Bytes octets = slice(at, 8);
      int length = 0;
      while (length < octets.size() && octets.at(length) != 0) {
        length++;
      }
      return new String(octets.slice(0, length).toArray(), StandardCharsets.ISO_8859_1);
    }

    private void requireHeaders(long sizeOfHeaders, long endOfTable) {
      if (sizeOfHeaders < endOfTable || sizeOfHeaders > file.size() - certificatesSize) {
        throw new UkiException(Fault.NOT_PE, "sizeOfHeaders " + sizeOfHeaders);
      }
    }

    private void requireDisjoint(List<PeSection> sections, long sizeOfHeaders) {
      long end = sizeOfHeaders;
      for (PeSection section : inFileOrder(sections)) {
        if (section.rawOffset() < end) {
          throw new UkiException(Fault.SECTIONS, section.name() + " lies over what is before it");
        }
        end = section.rawEnd();
      }
      if (end > file.size() - certificatesSize) {
        throw new UkiException(Fault.SECTIONS, "sections outside of the file");
      }
      long used = 0;
      for (PeSection section :
          sections.stream().sorted(Comparator.comparingLong(PeSection::virtualAddress)).toList()) {
        if (section.virtualSize() > 0 && section.virtualAddress() < used) {
          throw new UkiException(Fault.SECTIONS, section.name() + " overlaps another in memory");
        }
        used = Math.max(used, section.virtualAddress() + section.virtualSize());
      }
    }

    private int at(long offset) {
      if (offset > headers.size()) {
        throw new UkiException(Fault.NOT_PE, "headers beyond " + headers.size() + " octets");
      }
      return (int) offset;
    }

    private Bytes slice(int at, int size) {
      if (at < 0 || at > headers.size() - size) {
        throw new UkiException(Fault.NOT_PE, "headers beyond " + headers.size() + " octets");
      }
      return headers.slice(at, at + size);
    }

    private int u16(int at) {
      Bytes octets = slice(at, 2);
      return octets.at(1) << 8 | octets.at(0);
    }

    private long u32(int at) {
      return (long) u16(at + 2) << 16 | u16(at);
    }
  }
}
