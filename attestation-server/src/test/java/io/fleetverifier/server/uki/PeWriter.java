// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes small PE32+ images; tests then damage single fields. */
public final class PeWriter {

  static final int PE = 64;
  static final int OPTIONAL = PE + 24;
  static final int OPTIONAL_SIZE = 112 + 16 * 8;
  static final int TABLE = OPTIONAL + OPTIONAL_SIZE;
  static final int CHECKSUM = OPTIONAL + 64;
  static final int CERTIFICATE_ENTRY = OPTIONAL + 112 + 4 * 8;
  static final int ALIGNMENT = 512;

  private final Map<String, Bytes> sections = new LinkedHashMap<>();
  private int number;

  public PeWriter section(String name, Bytes content) {
    // Names may repeat: the key is made unique, and its ending is not written.
    sections.put(name + "\0" + number++, content);
    return this;
  }

  public PeWriter section(String name, String content) {
    return section(name, Bytes.utf8(content));
  }

  int sizeOfHeaders() {
    return align(TABLE + 40 * sections.size());
  }

  public Bytes toBytes() {
    int size = sizeOfHeaders();
    for (Bytes content : sections.values()) {
      size += align(content.size());
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort(0, (short) 0x5a4d).putInt(60, PE).putInt(PE, 0x4550);
    out.putShort(PE + 4, (short) 0x8664).putShort(PE + 6, (short) sections.size());
    out.putShort(PE + 20, (short) OPTIONAL_SIZE);
    out.putShort(OPTIONAL, (short) 0x20b).putInt(OPTIONAL + 60, sizeOfHeaders());
    out.putInt(CHECKSUM, 0x12345678).putInt(OPTIONAL + 108, 16);
    int at = TABLE;
    int raw = sizeOfHeaders();
    int virtual = 0x1000;
    for (Map.Entry<String, Bytes> section : sections.entrySet()) {
      String name = section.getKey().substring(0, section.getKey().indexOf('\0'));
      Bytes content = section.getValue();
      out.put(at, name.getBytes(StandardCharsets.US_ASCII));
      out.putInt(at + 8, content.size()).putInt(at + 12, virtual);
      out.putInt(at + 16, align(content.size())).putInt(at + 20, raw);
      out.put(raw, content.toArray());
      at += 40;
      raw += align(content.size());
      virtual += align(content.size()) + ALIGNMENT;
    }
    return Bytes.copyOf(out.array());
  }

  private static int align(int size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
