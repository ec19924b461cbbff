// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/** A part of a log, looked at in place: event data is hashed and decoded without being copied. */
public final class Span {

  private final Bytes source;
  private final int from;
  private final int to;

  private Span(Bytes source, int from, int to) {
    Objects.checkFromToIndex(from, to, source.size());
    this.source = source;
    this.from = from;
    this.to = to;
  }

  /** The whole byte string. */
  public static Span of(Bytes source) {
    return new Span(source, 0, source.size());
  }

  static Span of(Bytes source, int from, int to) {
    return new Span(source, from, to);
  }

  /** The number of octets. */
  public int size() {
    return to - from;
  }

  public boolean isEmpty() {
    return to == from;
  }

  /** The octet at the index, in 0..255. */
  public int at(int index) {
    return source.at(from + Objects.checkIndex(index, size()));
  }

  /** The octets from {@code begin} (inclusive) to {@code end} (exclusive), in place. */
  public Span slice(int begin, int end) {
    Objects.checkFromToIndex(begin, end, size());
    return new Span(source, from + begin, from + end);
  }

  /** The octets from {@code begin} to the end, in place. */
  public Span slice(int begin) {
    return slice(begin, size());
  }

  /** Whether the octets are exactly these. */
  public boolean equalsBytes(Bytes other) {
    return size() == other.size() && startsWith(other);
  }

  /** Whether the first octets are these. */
  public boolean startsWith(Bytes prefix) {
    return prefix.size() <= size() && source.holdsAt(from, prefix);
  }

  /** Adds all octets to a running digest, without a copy. */
  public void addTo(MessageDigest digest) {
    source.addTo(digest, from, to);
  }

  /** A copy. */
  public Bytes toBytes() {
    return source.slice(from, to);
  }

  /** A copy read as text of one octet per character, for showing. */
  String toLatin1() {
    return new String(toBytes().toArray(), StandardCharsets.ISO_8859_1);
  }

  /** A copy read as UTF-16LE text, for showing; an odd last octet is left out. */
  String toUtf16() {
    return new String(slice(0, size() & ~1).toBytes().toArray(), StandardCharsets.UTF_16LE);
  }

  @Override
  public String toString() {
    return toBytes().toString();
  }
}
