// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * A position in a list: the sort key of the last row shown. Its text is opaque to callers but no
 * secret: it can only say where to begin, and each part is read as the type that it must have.
 */
public record Cursor(List<String> key) {

  /** Later than anything on record: where lists that begin with the newest begin. */
  public static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  public Cursor {
    key = List.copyOf(key);
  }

  /** The position after the row with this sort key. */
  public static Cursor of(Object... parts) {
    return new Cursor(Stream.of(parts).map(String::valueOf).toList());
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws ProblemException invalid
   */
  static Cursor parse(String text, int parts) {
    try {
      String json = new String(Bytes.fromBase64Url(text).toArray(), StandardCharsets.UTF_8);
      String[] key = WireJson.strict().readValue(json, String[].class);
      if (key.length != parts || Stream.of(key).anyMatch(part -> part == null)) {
        throw invalid();
      }
      return new Cursor(List.of(key));
    } catch (IllegalArgumentException | JacksonException e) {
      throw invalid();
    }
  }

  /** The opaque text. */
  public String text() {
    return Bytes.utf8(WireJson.strict().writeValueAsString(key)).toBase64Url();
  }

  public String word(int part) {
    String word = key.get(part);
    if (!word.matches(Names.LINE)) {
      throw invalid();
    }
    return word;
  }

  /** A time that the database can hold. */
  public Instant time(int part) {
    Instant time = read(part, Instant::parse);
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
      throw invalid();
    }
    return time;
  }

  public UUID id(int part) {
    return read(part, UUID::fromString);
  }

  public long number(int part) {
    return read(part, Long::valueOf);
  }

  /** A number that fits an {@code integer} column. */
  public int count(int part) {
    return read(part, Integer::valueOf);
  }

  private <T> T read(int part, Function<String, T> reader) {
    try {
      return reader.apply(key.get(part));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw invalid();
    }
  }

  private static ProblemException invalid() {
    return Violations.ofParameter("cursor", "is not a cursor of this list");
  }
}
